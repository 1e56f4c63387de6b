"""What a password must be (ACC-3): the rules, the offline lists and the estimate of how it is guessed.

No models here: what is known of the person and the organisation comes in as a ``PasswordContext``. docs/passwords.md
tells where the data come from.
"""
