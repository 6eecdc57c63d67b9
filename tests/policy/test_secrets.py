"""What is taken for a secret in a text, and what is not. What looks like a live secret is put together here."""

from __future__ import annotations

import base64
import gzip

import pytest

from walint.policy.checks.secrets import assignments, is_password, is_token, keys, literal, names_password, names_secret
from walint.policy.checks.texts import HOLE, readable

# As in AWS's manuals, and of the same form.
MANUALS_KEY = "AKIAIOSFODNN7EXAMPLE"
MANUALS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EXAMPLE_KEY = MANUALS_KEY.replace("EXAMPLE", "WALINT2")
EXAMPLE_SECRET = MANUALS_SECRET.replace("EXAMPLE", "WALINT2")
DASHES = "-" * 5
PEM = f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}"


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        (EXAMPLE_KEY, "an AWS access key id", EXAMPLE_KEY),
        (f"id={EXAMPLE_KEY};", "an AWS access key id", EXAMPLE_KEY),
        (EXAMPLE_KEY.replace("AKIA", "ASIA"), "an AWS access key id", EXAMPLE_KEY.replace("AKIA", "ASIA")),
        (f"aws_secret_access_key = {EXAMPLE_SECRET}", "an AWS secret access key", EXAMPLE_SECRET),
        (f'"secretAccessKey": "{EXAMPLE_SECRET}"', "an AWS secret access key", EXAMPLE_SECRET),
        (f"export SECRET_KEY='{EXAMPLE_SECRET}'", "an AWS secret access key", EXAMPLE_SECRET),
        (f"{PEM}\n{'MIIE' * 9}", "a private key", PEM),
        (f"{PEM}\\n{'MIIE' * 9}", "a private key", PEM),
        ("ghp" + "_" + "a1B2" * 9, "a GitHub token", "ghp" + "_" + "a1B2" * 9),
        ("xoxb" + "-123456789012-abcdefABCDEF", "a Slack token", "xoxb" + "-123456789012-abcdefABCDEF"),
        ("sk" + "_live_" + "a1B2" * 6, "a Stripe key", "sk" + "_live_" + "a1B2" * 6),
        ("dckr" + "_pat_" + "a1B2" * 6, "a Docker Hub token", "dckr" + "_pat_" + "a1B2" * 6),
        ("dapi" + "0a1b" * 8, "a Databricks token", "dapi" + "0a1b" * 8),
        ("hf" + "_" + "aBcDe" * 6 + "aBcD", "a Hugging Face token", "hf" + "_" + "aBcDe" * 6 + "aBcD"),
        ("shpat" + "_" + "0a1b" * 8, "a Shopify token", "shpat" + "_" + "0a1b" * 8),
        ("AccountKey=" + "a1B2" * 21 + "a1==;", "an Azure storage key", "a1B2" * 21 + "a1=="),
        ("https://web:hunter22@db.example.com/x", "a password in a URL", "hunter22"),
        ("redis://:hunter22@cache:6379", "a password in a URL", "hunter22"),
    ],
)  # fmt: skip
def test_keys_are_known_by_their_form(text: str, kind: str, secret: str) -> None:
    (found,) = keys(text)
    assert (found.kind, found.text) == (kind, secret)
    assert found.context[found.at : found.at + len(found.text)] == secret


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA",
        "AKIA" + "X" * 16,
        EXAMPLE_KEY.replace("7", "1"),
        MANUALS_KEY,
        f"aws_secret_access_key = {MANUALS_SECRET}",
        f"x{EXAMPLE_KEY}",
        f"{EXAMPLE_KEY}x",
        f"secret_key = {HOLE}",
        "aws_secret_access_key = " + "da39a3ee5e" * 4,
        f"digest = {EXAMPLE_SECRET}",
        f"{PEM}\n{HOLE}",
        f"{DASHES}BEGIN CERTIFICATE{DASHES}\n{'MIIE' * 9}",
        f"{DASHES}BEGIN PUBLIC KEY{DASHES}\n{'MIIE' * 9}",
        "ssh-rsa " + "AAAAB3NzaC1yc2E" * 4,
        "https://example.com:8080/a@b",
        f"postgres://web:{HOLE}@db/web",
        "postgres://web:${PASSWORD}@db/web",
        "https://<user>:<password>@example.com",
        "git@github.com:example/web.git",
        "docker://web:latest@sha256:0123",
        "arn:aws:iam::123456789012:user/web",
    ],
)
def test_what_is_no_key_is_left_alone(text: str) -> None:
    assert [*keys(text)] == []


def test_a_secret_key_is_known_by_the_name_beside_it() -> None:
    assert [found.kind for found in keys(EXAMPLE_SECRET, "AWS_SECRET_ACCESS_KEY")] == ["an AWS secret access key"]
    assert [*keys(EXAMPLE_SECRET, "Digest")] == []
    assert [*keys(MANUALS_SECRET, "AWS_SECRET_ACCESS_KEY")] == []


def test_a_message_shows_four_characters_of_a_long_secret_and_none_of_a_short_one() -> None:
    (key,) = keys(EXAMPLE_KEY)
    (password,) = literal("hunter22", "Password")
    assert str(key) == "an AWS access key id (AKIA...)"
    assert str(password) == "a password"


@pytest.mark.parametrize(
    ("name", "password", "secret"),
    [
        ("DBPassword", True, False),
        ("db_password_1", True, False),
        ("MASTER_PWD", True, False),
        ("password_wo", True, False),
        ("dbpassword", True, False),
        ("GITHUB_TOKEN", False, True),
        ("apiKey", False, True),
        ("ClientSecret", False, True),
        ("SecretArn", False, False),
        ("secret_name", False, False),
        ("PasswordLength", False, False),
        ("NextToken", False, False),
        ("KeyName", False, False),
        ("PublicKey", False, False),
        ("bypass", False, False),
        ("", False, False),
    ],
)
def test_the_last_words_of_a_name_tell_what_it_holds(name: str, password: bool, secret: bool) -> None:
    assert (names_password(name), names_secret(name)) == (password, secret)


@pytest.mark.parametrize("text", ["changeme", "hunter2", "P@ssw0rd!", "12345678", "root", "correct horse battery"])
def test_poor_passwords_are_passwords(text: str) -> None:
    assert is_password(text)


@pytest.mark.parametrize(
    "text",
    ["", "<your password>", "xxxxxxxx", "********", "${password}", "$PASSWORD", "{{ password }}", "%PASSWORD%", HOLE,
     "arn:aws:secretsmanager:eu-central-1:1:secret:x", "/web/password", "prod/web/password", "your-password-here",
     "https://vault.example.com", "$6$salt$hash", "true", "null"],
)  # fmt: skip
def test_placeholders_references_and_addresses_are_no_passwords(text: str) -> None:
    assert not is_password(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7Qx92bLmVt40", True),
        ("a81bc81b-dead-4e5d-abff-90865d1e13b1", True),
        ("web-database", False),
        ("MySecretName", False),
        ("web-token-2", False),
        ("short1", False),
        ("aaaaaaaaaaa1", False),
        ("two words 123", False),
    ],
)
def test_a_token_is_not_made_of_words(text: str, expected: bool) -> None:
    assert is_token(text) is expected


@pytest.mark.parametrize(
    ("script", "secret"),
    [
        ("export DB_PASSWORD=hunter22", "hunter22"),
        ('DB_PASSWORD="two words"', "two words"),
        ("password = hunter22", "hunter22"),
        ("$env:Password = 'P@ssw0rd'", "P@ssw0rd"),
        ('{"db_password": "hunter22"}', "hunter22"),
        ("users:\n  - name: web\n    password: hunter22\n", "hunter22"),
        ("psql --password hunter22 web", "hunter22"),
        ("mysql --user=root --password=hunter22", "hunter22"),
        ("mysql -u root -phunter22 web", "hunter22"),
        ("mysqladmin -u root password 'hunter22'", "hunter22"),
        ("echo web:hunter22 | sudo chpasswd", "hunter22"),
        ("curl -u web:hunter22 https://example.com", "hunter22"),
        ("net user Administrator hunter22", "hunter22"),
        ('ConvertTo-SecureString "P@ssw0rd" -AsPlainText -Force', "P@ssw0rd"),
        ("CREATE USER web IDENTIFIED BY 'hunter22';", "hunter22"),
        ("API_TOKEN=7Qx92bLmVt40", "7Qx92bLmVt40"),
    ],
)
def test_scripts_give_passwords_to_names_and_programs(script: str, secret: str) -> None:
    assert {found.text for found in assignments(script)} == {secret}


@pytest.mark.parametrize(
    "script",
    [
        "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id web)",
        "TOKEN=`curl -X PUT http://169.254.169.254/latest/api/token`",
        'PGPASSWORD="$DB_PASSWORD" psql',
        f"DB_PASSWORD={HOLE}",
        f"DB_PASSWORD='{HOLE}'",
        f"mysql -u root -p{HOLE}",
        "DB_PASSWORD=",
        'DB_PASSWORD=""',
        "PASSWORD_FILE=/run/secrets/password",
        "password=/run/secrets/password",
        "PasswordAuthentication no",
        'read -s -p "Password: " password',
        'echo "Password: see Secrets Manager"',
        "connect(user=user, password=password)",
        "password = db_password",
        'password = os.environ["PASSWORD"]',
        "password = settings.database.password",
        "docker login --password-stdin",
        "docker run -e PASSWORD web",
        "chpasswd: {expire: false}",
        "passwd: $6$rounds=4096$salt$hash",
        "API_TOKEN=web-token",
        f"export AWS_SECRET_ACCESS_KEY={MANUALS_SECRET}",
        "secret=prod/web/token",
    ],
)
def test_scripts_that_hold_no_password_are_left_alone(script: str) -> None:
    assert [*assignments(script)] == []


def test_base64_is_read_and_images_are_not() -> None:
    script = "#!/bin/bash\nexport DB_PASSWORD=hunter22\n"
    assert readable(base64.b64encode(script.encode()).decode()) == script
    assert readable(base64.b64encode(gzip.compress(script.encode())).decode()) == script
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(128, 200))).decode()
    assert readable(image) == image
    assert readable("plain text") == "plain text"


def test_long_texts_are_searched_in_one_go() -> None:
    # Each of these made some pattern try all of its ways once.
    for text in ("a" * 50_000, "a-" * 20_000, "mysql " * 3_000, "password " * 5_000, "/a" * 20_000, " " * 50_000):
        assert [*keys(text), *assignments(text)] == []
        assert isinstance(is_token(text), bool)
