"""How the web process runs, in `make demo` and on a server alike; addresses are given on the command line."""

import os

# Rendering a page is short and waits for the database: a few threads in each of a few processes.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
preload_app = False
timeout = 60
graceful_timeout = 8
keepalive = 5
# A slow memory leak in a library never becomes an outage.
max_requests = 2000
max_requests_jitter = 200
# The heartbeat file on a disk that stalls would look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
limit_request_line = 4094
limit_request_fields = 60
# Requests are recorded by the audit trail; a log line with addresses and paths would be personal data twice.
accesslog = None
errorlog = "-"
# One door less: nobody gives this process orders while it runs.
control_socket_disable = True
