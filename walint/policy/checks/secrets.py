"""What a secret looks like: keys by their form, passwords by the name that stands before them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from walint.policy.checks.texts import HOLE


class Secret(NamedTuple):
    """One secret in a text.

    Attributes:
        kind: with its article: "an AWS access key id".
        context: the match that it stands in, on one line.
        at: where in the context it begins.
    """

    kind: str
    text: str
    context: str
    at: int

    def __str__(self) -> str:
        """Enough to tell which one it is: of a long one the first four characters, of a short one nothing."""
        return f"{self.kind} ({self.text[:4]}...)" if len(self.text) >= 12 else self.kind


# --- by form ----------------------------------------------------------------------------------------------------
# What it is, what any text that holds one has in it, and its form; the secret is the pattern's group where it has one.
# The second is what makes a look at a whole repository cheap: most texts have none of these.
_FORMS: Final = (
    (
        "an AWS access key id",
        ("AKIA", "ASIA", "ABIA", "ACCA"),
        # What follows the prefix is in base32.
        r"(?<![A-Za-z0-9+/_])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/=_])",
    ),
    (
        "an AWS secret access key",
        ("key", "Key", "KEY"),
        r"(?i)(?:aws|secret|access)[_-]?(?:secret|access)?[_-]?(?:access)?[_-]?key[\"']?(?:\s*+(?:=>|[=:,])|\s)\s*+[\"']?"
        r"(?-i:([A-Za-z0-9/+]{40}))(?![A-Za-z0-9/+=])",
    ),
    (
        "a private key",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?=(?:\\[nr]|\s)*[A-Za-z0-9+/=:,\- ]{16})",
    ),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})",
    ),
    ("a GitLab token", ("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", ("xox", "xapp-"), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-[0-9]-[A-Za-z0-9-]{10,}"),
    (
        "a Slack webhook",
        ("hooks.slack.com",),
        r"\bhooks\.slack\.com/(?:services|workflows)/T\w{6,}/\w{6,}/(\w{16,})",
    ),
    ("a Stripe key", ("k_live_",), r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("a Google API key", ("AIza",), r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    ("an npm token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a PyPI token", ("pypi-AgE",), r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    ("a SendGrid key", ("SG.",), r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    (
        "an OpenAI key",
        ("T3BlbkFJ",),
        r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{16,}T3BlbkFJ[A-Za-z0-9_-]{16,}",
    ),
    ("an Anthropic key", ("sk-ant-",), r"\bsk-ant-[A-Za-z0-9_-]{32,}"),
    ("a Vault token", ("hvb.", "hvs."), r"\bhv[bs]\.[A-Za-z0-9_-]{24,}"),
    ("a Terraform Cloud token", (".atlasv1.",), r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    ("a DigitalOcean token", ("_v1_",), r"\bdo[opr]_v1_[0-9a-f]{64}"),
    ("a Docker Hub token", ("dckr_pat_",), r"\bdckr_pat_[A-Za-z0-9_-]{20,}"),
    ("a Databricks token", ("dapi",), r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),
    ("a Grafana token", ("glsa_", "glc_eyJ"), r"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b|\bglc_eyJ[A-Za-z0-9+/=]{32,}"),
    ("a Hugging Face token", ("hf_",), r"\bhf_[A-Za-z]{34}\b"),
    ("a New Relic key", ("NRAK-",), r"\bNRAK-[A-Z0-9]{27}\b"),
    ("a Shopify token", ("shpat_", "shpss_", "shpca_"), r"\bshp(?:at|ss|ca)_[0-9a-fA-F]{32}\b"),
    ("an Azure storage key", ("AccountKey=",), r"\bAccountKey=([A-Za-z0-9+/]{86}==)"),
    (
        "a password in a URL",
        ("://",),
        r"(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"'`<>\\]*:([^\s/@\"'`\\]+)@(?!sha256:)",
    ),
)
_SECRET_KEY: Final = r"[A-Za-z0-9/+]{40}"
_IN_A_URL: Final = r"://[^\s/@]*:[^\s/@]+@"
# Every character that no secret access key has, as a blank.
_BLANKS: Final = bytes(
    byte if chr(byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+" else 32
    for byte in range(256)
)
# What may stand between the words of a name.
_JOINTS: Final = b"_-. /"
# Marks that are in many templates that hold no secret; these have a look of their own.
_COMMON: Final = frozenset(("key", "Key", "KEY", "://", "PRIVATE KEY"))
# All other marks stand in a word of so many of these characters.
_SHORTEST_WORD: Final = 15
_IN_WORDS: Final = bytes(
    byte if chr(byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.=" else 32
    for byte in range(256)
)
_MARKS: Final = tuple(mark.encode() for _, marks, _ in _FORMS for mark in marks if mark not in _COMMON)


@lru_cache(maxsize=256)
def may_hold_keys(source: str) -> bool:
    """Whether a look at the texts of a template is worth while; far quicker than the look itself.

    A module that several roots call is asked about once for all of them.
    """
    data = source.encode("utf-8", "replace")
    long = b" ".join({word for word in data.translate(_IN_WORDS).split() if len(word) >= _SHORTEST_WORD})
    if any(mark in long for mark in _MARKS) or "PRIVATE KEY" in source:
        return True
    if "://" in source and "@" in source and re.search(_IN_A_URL, source) is not None:
        return True
    # A secret access key has no form of its own: its name tells.
    names = data.lower().translate(None, _JOINTS)
    if not any(name in names for name in (b"secretkey", b"secretaccesskey", b"accesskey", b"awskey")):
        return False
    words = [word for word in data.translate(_BLANKS).split() if len(word) == 40]
    return any(48 <= byte <= 57 for word in words for byte in word)


def keys(text: str, name: str = "") -> Iterator[Secret]:
    """What is a key or token by its form alone, or by its form and its name."""
    if names_secret_key(name) and re.fullmatch(_SECRET_KEY, text) and not _is_hash(text) and not is_placeholder(text):
        yield Secret("an AWS secret access key", text, text, 0)
        return
    for kind, marks, form in _FORMS:
        if not any(mark in text for mark in marks):
            continue
        for match in re.finditer(form, text):
            group = 1 if match.re.groups else 0
            if not is_placeholder(match[group]) and not _is_hash(match[group]):
                yield _secret(kind, match, group)


def _is_hash(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}|[0-9A-F]{40}|(.)\1+", text) is not None


def _secret(kind: str, match: re.Match[str], group: int | str) -> Secret:
    """The secret with its line's part of the match."""
    start = match.start(group) - match.start()
    before = match[0][:start]
    cut = before.rfind("\n") + 1
    context = match[0][cut : match.end(group) - match.start()]
    return Secret(kind, match[group], context, start - cut)


# --- by name ----------------------------------------------------------------------------------------------------

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words that may follow without changing what is named.
_TAIL: Final = frozenset(("value", "string", "text", "plain", "plaintext", "literal", "wo"))
_PASSWORDS: Final = ("password", "passwords", "passwd", "passphrase", "pwd", "passcode")
_SHORT_PASSWORDS: Final = frozenset(("pass", "pw", "psw"))
_SECRETS: Final = ("secret", "token", "apikey", "secretkey", "accesskey", "privatekey", "authkey", "credentials")
_KEYS: Final = frozenset(("api", "secret", "access", "private", "auth"))
_NO_TOKENS: Final = frozenset(
    ("continuation", "http", "idempotency", "metadata", "next", "page", "pagination", "request")
)


def words(name: str) -> list[str]:
    """The words of a name, however it joins them, without those that say nothing: `DBPassword1` is db, password."""
    found = [word.lower() for word in _WORD.findall(name)]
    while found and (found[-1] in _TAIL or found[-1].isdigit()):
        found.pop()
    return found


@lru_cache(maxsize=4096)
def names_password(name: str) -> bool:
    found = words(name)
    return bool(found) and (found[-1].endswith(_PASSWORDS) or found[-1] in _SHORT_PASSWORDS)


@lru_cache(maxsize=4096)
def names_secret(name: str) -> bool:
    """Whether a name says that its value is a secret other than a password (or may be the name of one)."""
    found = words(name)
    if not found or (len(found) > 1 and found[-1] == "token" and found[-2] in _NO_TOKENS):
        return False
    return found[-1].endswith(_SECRETS) or (len(found) > 1 and found[-1] == "key" and found[-2] in _KEYS)


def names_secret_key(name: str) -> bool:
    joined = "".join(words(name))
    return joined.endswith(("secretkey", "secretaccesskey", "accesskey", "secretkeyid", "secretaccesskeyid"))


# What a name that says it holds a secret has in it, in lower case; most texts have few of these.
_IN_NAMES: Final = ("pass", "pw", "psw", "secret", "token", "credentials", "key")
# A name stands between quotation marks, in front of a sign or behind one; a word of a comment does not.
_BEFORE: Final = ('"', "'", "=", ":", ">")
_BEHIND: Final = r"""\\*["']|[ \t]*[=:]"""


@lru_cache(maxsize=256)
def may_name_secrets(source: str) -> bool:
    """Whether any name in a text may be one of a password or a secret; far quicker than to look at each."""
    lowered = source.lower()
    if len(lowered) != len(source):  # one of the few letters that become two
        source = lowered
    behind = re.compile(_BEHIND)
    for mark in _IN_NAMES:
        done = 0
        while (at := lowered.find(mark, done)) >= 0:
            start, done = at, at + len(mark)
            if mark == "key":
                start = _before_key(lowered, at)
                if start == at:
                    continue
            while start and _joins(source[start - 1]):
                start -= 1
            while done < len(source) and _joins(source[done]):
                done += 1
            if source[max(start - 2, 0) : start].rstrip().endswith(_BEFORE) or behind.match(source, done):
                name = source[start:done]
                if names_password(name) or names_secret(name):
                    return True
    return False


def _before_key(text: str, at: int) -> int:
    """Where the word begins that makes a key a secret one ("access key"); `at` where there is none before it."""
    end = at
    while end and not (text[end - 1].isascii() and text[end - 1].isalnum()):
        end -= 1
    word = next((word for word in _KEYS if text.endswith(word, 0, end)), None)
    return at if word is None else end - len(word)


def _joins(character: str) -> bool:
    """Whether a name goes on with it."""
    return character.isalnum() or character in "_-"


# --- values -----------------------------------------------------------------------------------------------------

_PLACEHOLDER: Final = (
    r"""(?is)<.*>|\[.*\]|\{.*\}|%.*%|[-*.#?_]+|[Xx]{3,}[-_Xx]*|(?:AKIA|ASIA)(.)\1+|your[-_ ].*"""
    r"""|true|false|yes|no|on|off|none|null|nil|undefined|enabled|disabled|"""
)
# What a shell, a template language or a program puts something else in the place of.
_REFERENCE: Final = r"[$`%\\]|\{\{|<%|(?:env|var|local|data|module)\."
# Where a secret is kept, not the secret: an ARN, an address, a path, a service's way of naming one.
_ELSEWHERE: Final = (
    r"(?s)arn:.*|[a-z][a-z0-9+.-]*://.*|~?/.*|\.\.?/.*|[A-Za-z]:\\.*|(?:ssm|secretsmanager|vault|file|alias|env)[:/].*"
    r"|[a-z0-9_-]+(?:/[A-Za-z0-9_.-]+)+|.*\.(?:pem|key|json|ya?ml|txt|env|cfg|conf)"
)
_HASH: Final = r"(?i)\$(?:[0-9][a-z]?|y|argon2[a-z]*)\$.*|\{?(?:S?SHA\d*|S?MD5|CRYPT)[}:].*"
_SEPARATOR: Final = r"[-_. ]"
_SPOKEN: Final = r"[A-Za-z]+\d{0,2}|\d{1,2}"


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for a value that somebody has yet to give; the keys of AWS's manuals say EXAMPLE."""
    return (
        HOLE in text
        or "EXAMPLE" in text
        or re.fullmatch(_PLACEHOLDER, text) is not None
        or re.match(_REFERENCE, text) is not None
    )


def is_password(text: str) -> bool:
    """Whether a text in the place of a password is one; a poor one ("changeme") is one too."""
    return not (
        is_placeholder(text)
        or "${" in text
        or "{{" in text
        or re.fullmatch(_ELSEWHERE, text)
        or re.fullmatch(_HASH, text)
    )  # fmt: skip


def is_token(text: str) -> bool:
    """Whether a text in the place of a secret is one, and not the name of one: a name is made of words."""
    return (
        len(text) >= 8
        and len(set(text)) >= 5
        and not any(char.isspace() for char in text)
        and not all(re.fullmatch(_SPOKEN, word) for word in re.split(_SEPARATOR, text))
        and is_password(text)
    )


def literal(text: str, name: str) -> Iterator[Secret]:
    """The whole text as a secret, where its name says that it is one."""
    if names_password(name):
        if is_password(text):
            yield Secret("a password", text, text, 0)
    elif names_secret(name) and is_token(text):
        yield Secret("a secret", text, text, 0)


# --- scripts ----------------------------------------------------------------------------------------------------

_QUOTED: Final = r"""(?:"(?P<d>[^"\n]*)"|'(?P<s>[^'\n]*)'|(?P<b>[^\s"'`;,&|<>)\]}]+))"""
# What a text has in it, in lower case, that gives a secret in one of these ways; most texts have little of it.
_SCRIPTED: Final = (
    # NAME=value, --name=value, "name": value, name: value; the name is looked at afterwards.
    (
        _IN_NAMES,
        rf"""(?<![\w.-])-{{0,2}}(?P<name>[A-Za-z_][\w.-]*)(?P<space>[ \t]*)(?P<sign>=>|:=|=)[ \t]*{_QUOTED}""",
    ),
    (
        _IN_NAMES,
        rf"""(?:^[ \t]*(?:-[ \t]+)?|[,{{]\s*)["']?(?P<name>[A-Za-z_][\w.-]*)["']?[ \t]*:[ \t]+{_QUOTED}""",
    ),
    (_IN_NAMES, rf"""["'](?P<name>[A-Za-z_][\w.-]*)["'][ \t]*:[ \t]*{_QUOTED}"""),
    (_IN_NAMES, rf"""(?<!\S)--?(?P<name>[A-Za-z][\w-]*)[ \t]+{_QUOTED}"""),
    # ways of setting a password that name none
    (("mysqladmin",), rf"""\bmysqladmin\b[^\n]{{0,200}}?\b(?P<name>password)[ \t]+{_QUOTED}"""),
    (
        ("mysql",),
        r"""\bmysql(?:dump|admin)?\b[^\n]{0,200}?[ \t]-p(?P<d>)(?P<s>)(?P<b>[^\s"'`;|<>$]+)""",
    ),
    (
        ("chpasswd",),
        r"""\becho[ \t]+(?:-\w+[ \t]+)*["']?[\w.-]+:(?P<d>)(?P<s>)(?P<b>[^\s"'|]+)["']?"""
        r"""[ \t]*\|[^|\n]{0,40}?\bchpasswd""",
    ),
    (("curl",), r"""\bcurl\b[^\n]{0,200}?[ \t](?:-u|--user)[ \t=]*["']?[\w.@-]+:(?P<d>)(?P<s>)(?P<b>[^\s"']+)"""),
    (("user",), rf"""\b(?i:net[ \t]+user)[ \t]+[\w.-]+[ \t]+(?!/){_QUOTED}"""),
    (("securestring",), rf"""\bConvertTo-SecureString[ \t]+(?:-String[ \t]+)?(?=["']){_QUOTED}"""),
    (("identified",), rf"""\b(?i:IDENTIFIED[ \t]+BY)[ \t]+(?:PASSWORD[ \t]+)?(?=["']){_QUOTED}"""),
)
_CODE: Final = re.compile(r"[a-z_]\w*(?:\.\w+)+|.*[(\[].*|\{.*|\w+=.*|-{1,2}\w.*")
_SHORTEST: Final = 4


@lru_cache(maxsize=len(_SCRIPTED))
def _way(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def assignments(text: str) -> Iterator[Secret]:
    """Passwords and secrets that a script or a configuration in a text gives to a name, or to a program."""
    lowered = text.lower()
    for marks, pattern in _SCRIPTED:
        if not any(mark in lowered for mark in marks):
            continue
        for match in _way(pattern).finditer(text):
            group = next((group for group in ("d", "s", "b") if match[group]), None)
            if group is None:
                continue
            found = match.groupdict()
            value = match[group]
            bare = group == "b"
            if len(value) < _SHORTEST or value != value.strip() or "$" in value or (bare and _CODE.fullmatch(value)):
                continue
            name = found.get("name")
            if name is None or names_password(name):
                if is_password(value) and not (bare and _is_variable(value, name, found.get("space"))):
                    yield _secret("a password", match, group)
            elif names_secret(name) and is_token(value):
                yield _secret("a secret", match, group)


def _is_variable(value: str, name: str | None, space: str | None) -> bool:
    """Whether `password = db_password` or `password=password` gives a variable of a program rather than a text."""
    return names_password(value) and value.isidentifier() and (bool(space) or value == name)
