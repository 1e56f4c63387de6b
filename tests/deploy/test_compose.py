"""The compose file against its schema, against the rules of the house, and against the files it names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("compose_schema.json").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate", "provision"}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

each_service = pytest.mark.parametrize("name", SERVICES)


def sources(entries: list[Any]) -> set[str]:
    """Return which secrets or configs a service is given, in the short and the long form."""
    return {entry if isinstance(entry, str) else entry["source"] for entry in entries}


@pytest.mark.requirement("OPS-2.1")
def test_the_file_keeps_to_the_specification() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(COMPOSE)

    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "web", "privileged"), True),
        (("services", "web", "restart"), "sometimes"),
        (("services", "web", "depends_on", "redis", "condition"), "service_well"),
        (("services", "web", "healthcheck", "interval"), "often"),
        (("services", "web", "environment", "lower_case"), "x"),
        (("networks", "back", "internal"), "yes"),
        (("service",), {}),
    ],
)
def test_the_schema_notices_what_is_no_compose(path: tuple[str, ...], value: object) -> None:
    wrong = json.loads(json.dumps(COMPOSE))
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(wrong)


@pytest.mark.requirement("OPS-2.1")
def test_every_part_of_the_product_is_there() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "postgres", "redis", *ONE_SHOT}


@each_service
def test_what_a_service_names_exists(name: str) -> None:
    service = SERVICES[name]
    volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}

    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    assert volumes <= set(COMPOSE["volumes"])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert sources(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert sources(service.get("configs", [])) <= set(COMPOSE["configs"])


def test_everything_declared_is_used() -> None:
    used = {"networks": set(), "volumes": set(), "secrets": set(), "configs": set()}  # type: dict[str, set[str]]
    for service in SERVICES.values():
        used["networks"] |= set(service.get("networks", []))
        used["volumes"] |= {volume.split(":")[0] for volume in service.get("volumes", [])}
        used["secrets"] |= sources(service.get("secrets", []))
        used["configs"] |= sources(service.get("configs", []))

    assert used == {kind: set(COMPOSE[kind]) for kind in used}


@each_service
def test_who_waits_for_another_waits_for_what_that_one_can_say(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        done = how["condition"] == "service_completed_successfully"
        assert done == (other in ONE_SHOT)
        assert done or "healthcheck" in SERVICES[other]


@each_service
def test_no_service_runs_as_root_or_may_become_it(name: str) -> None:
    service = SERVICES[name]

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == []
    assert service["security_opt"] == ["no-new-privileges:true"]


@each_service
def test_file_systems_are_read_only(name: str) -> None:
    assert SERVICES[name]["read_only"] is True


@each_service
def test_every_service_that_stays_says_whether_it_is_well(name: str) -> None:
    assert ("healthcheck" in SERVICES[name]) == (name not in ONE_SHOT)
    assert (SERVICES[name]["restart"] == "no") == (name in ONE_SHOT)


def test_only_the_proxy_can_be_reached_and_only_it_and_the_worker_reach_out() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    outside = {name for name, network in COMPOSE["networks"].items() if not network.get("internal")}
    assert outside == {"edge", "mail"}
    assert {name for name, service in SERVICES.items() if "edge" in service["networks"]} == {"proxy"}
    # It hands mails to the mail server.
    assert {name for name, service in SERVICES.items() if "mail" in service["networks"]} == {"worker"}
    assert "back" not in SERVICES["proxy"]["networks"]


@each_service
def test_secrets_come_from_files(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|_URL", variable) and variable != "KIJK_PUBLIC_URL":
            assert variable.endswith("_FILE")
            assert str(value).removeprefix("/run/secrets/") in sources(SERVICES[name]["secrets"])
    text = json.dumps(SERVICES[name].get("command", ""))
    assert set(re.findall(r"/run/secrets/(\w+)", text)) <= sources(SERVICES[name].get("secrets", []))


def test_each_password_is_known_only_where_it_is_needed() -> None:
    holders: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for secret in sources(service.get("secrets", [])):
            holders.setdefault(secret, set()).add(name)

    assert holders["database_owner_url"] == {"migrate"}
    assert holders["database_admin_url"] == {"provision"}
    assert holders["database_admin_password"] == {"postgres"}
    assert holders["master_keys"] == {"web", "worker", "beat", "migrate"}


@each_service
def test_images_have_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+:(local|\d[\w.]*-[a-z]+)", SERVICES[name]["image"])


def test_the_secrets_are_made_by_the_script_and_ignored_by_git() -> None:
    script = (ROOT / "deploy" / "prepare.sh").read_text(encoding="utf-8")
    made = set(re.findall(r"^put (\w+) ", script, re.MULTILINE))
    made |= {f"database_{role}_password" for role in ("admin", "owner", "app", "backup")}

    assert made == set(COMPOSE["secrets"])
    assert {Path(secret["file"]).name: secret["file"] for secret in COMPOSE["secrets"].values()} == {
        name: f"deploy/secrets/{name}" for name in COMPOSE["secrets"]
    }
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/secrets/", "/.env"} <= set(ignored)


def test_the_targets_exist_and_none_of_them_ends_as_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    users = {}
    for stage in stages:
        head, _, body = stage.partition("\n")
        found = re.findall(r"^USER (\S+)$", body, re.MULTILINE)
        if " AS " in head:
            users[head.split(" AS ")[1].strip()] = found[-1] if found else None

    targets = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert targets == {"app", "proxy"}
    assert {users["app"]} == {SERVICES[name]["user"] for name in ("web", "worker", "beat", "migrate", "provision")}
    assert users["proxy"] == SERVICES["proxy"]["user"]


def test_what_the_image_copies_is_sent_to_the_build() -> None:
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[allowed.index("*") :][0] == "*"
    sent = {line[1:].rstrip("/") for line in allowed if line.startswith("!")}

    needed = {"deploy/gunicorn.conf.py", "deploy/Caddyfile", "requirements", "manage.py", "kijk", "templates", "static"}
    assert needed <= sent
    assert {path for path in sent if not (ROOT / path).exists()} <= {"locale"}
