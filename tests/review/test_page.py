"""The page in a real browser: it loads alone, filters, opens, prints, and is fit for a screen reader."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from tests.review.browser import browser
from walint import run
from walint.options import Options
from walint.policy import pack
from walint.policy.model import PILLARS
from walint.report.options import Options as Told
from walint.review import page
from walint.review.build import build
from walint.review.pictures import drawn, scenes_of
from walint.review.sketch import sketch

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
NUMBER = 60


def _templates(folder: Path, number: int) -> None:
    (folder / "main.tf").write_text(
        "".join(
            f'resource "aws_sqs_queue" "q{n}" {{}}\n'
            f'resource "aws_ebs_volume" "v{n}" {{\n  encrypted = {str(n % 2 == 0).lower()}\n}}\n'
            f'resource "aws_s3_bucket" "b{n}" {{}}\nresource "aws_sns_topic" "t{n}" {{}}\n'
            f'resource "aws_security_group" "g{n}" {{\n  vpc_id = aws_vpc.main.id\n}}\n'
            for n in range(number)
        )
        .replace("True", "true")
        .replace("False", "false")
        + 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    )
    volume = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": HOSTILE, "Encrypted": False}}
    template = {
        "Parameters": {"P": {"Type": "String", "Default": HOSTILE}},
        "Resources": {
            HOSTILE: volume,
            "x" * 5000: {"Type": "AWS::SQS::Queue"},
            "a\u202eb\x07c": {"Type": "AWS::EC2::Volume"},
        },
    }
    (folder / "hostile.json").write_text(json.dumps(template), encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of hundreds of resources, with names that want to be more than names."""
    return _page(tmp_path_factory.mktemp("page"), NUMBER)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a few resources of each kind, for what takes long."""
    return _page(tmp_path_factory.mktemp("small"), 2)


def _page(folder: Path, number: int) -> Path:
    _templates(folder, number)
    rules = pack.load()
    report = run.check([folder], Options(look=sketch), rules, folder)
    sketches = sorted(report.seen)
    review = build(report, sketches, rules, Told("0.0.0"), [HOSTILE])
    pictures, why = drawn(scenes_of(review, sketches))
    assert why == ""
    path = folder / "review.html"
    path.write_text(page.render(review, pictures), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def _has_run(shown: Any) -> Any:
    """Whether the page's script has run."""
    return shown.execute_script("return document.getElementById('shown')?.value")


@pytest.fixture
def shown(chromium: Any, made: Path) -> Any:
    """The page, freshly loaded."""
    chromium.get("about:blank")
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    chromium.get(made.as_uri())
    _wait(chromium)
    return chromium


def _wait(shown: Any, until: Callable[[Any], Any] = _has_run) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(shown, 60).until(until)


def _count(shown: Any, selector: str) -> int:
    return int(
        shown.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter((it) => !it.closest('.filtered')).length",
            selector,
        )
    )


def _set(shown: Any, name: str, value: str) -> None:
    shown.execute_script(
        "const field = document.forms.filters.elements[arguments[0]]; field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}))",
        name,
        value,
    )


def test_it_loads_without_a_message_or_a_request(shown, made):
    assert shown.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in shown.get_log("performance")]
    asked = [it["params"]["request"]["url"] for it in events if it["method"] == "Network.requestWillBeSent"]
    assert {url for url in asked if not url.startswith("data:")} == {made.as_uri()}
    assert made.stat().st_size < 3_000_000


def test_nothing_in_a_template_gets_into_the_page(shown):
    assert shown.title.startswith("Well-Architected review of </script>")
    assert shown.find_elements("css selector", "img") == []
    assert len(shown.find_elements("css selector", "script")) == 1
    text = shown.execute_script("return document.body.textContent")
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert "x" * 1000 not in text


def test_the_policy_forbids_a_foreign_script(shown):
    shown.execute_script(
        "const it = document.createElement('script'); it.text = 'document.title = 1'; document.body.append(it)"
    )
    assert "Well-Architected" in shown.title
    assert any("Content Security Policy" in entry["message"] for entry in shown.get_log("browser"))


def test_filters_show_what_fits(shown):
    everything = _count(shown, ".finding")
    _set(shown, "service", "ebs")
    assert 0 < _count(shown, ".finding") < everything
    assert _count(shown, '.of-rule:not([data-service="ebs"]) .finding') == 0
    assert _count(shown, ".resource") == NUMBER // 2 + 2
    _set(shown, "text", "aws_ebs_volume.v59")
    assert shown.find_element("id", "shown").text == "1 of " + str(everything) + " findings"
    assert shown.execute_script("return location.hash") == "#?service=ebs&text=aws_ebs_volume.v59"
    shown.find_element("css selector", "#filters [type=reset]").click()
    _wait(shown, lambda _: _count(shown, ".finding") == everything)


def test_filters_know_pillars_states_and_severities(shown):
    _set(shown, "pillar", "reliability")
    assert _count(shown, "details.pillar") == 1
    _set(shown, "pillar", "")
    _set(shown, "state", "met")
    assert _count(shown, ".practice") == _count(shown, ".practice.state-met") > 0
    _set(shown, "state", "")
    _set(shown, "severity", "high")
    assert _count(shown, ".finding") == _count(shown, '.of-rule[data-severity="high"] .finding') > 0


def test_a_link_holds_a_filter(shown, made):
    shown.get("about:blank")
    shown.get(made.as_uri() + "#?severity=high")
    _wait(shown)
    assert _count(shown, ".finding") == _count(shown, '.of-rule[data-severity="high"] .finding') > 0


def test_a_resource_in_the_picture_opens_its_findings(shown):
    node = shown.find_element("css selector", "svg a.node.worst-high:not(.shut)")
    target = node.get_attribute("href")
    shown.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))", node)
    anchor = shown.execute_script("return location.hash").removeprefix("#")
    assert anchor in str(target) or anchor.startswith("r-")
    resource = shown.find_element("id", anchor)
    assert resource.get_attribute("open") is not None
    assert resource.find_element("css selector", ".evidence a").is_displayed()
    assert resource.find_element("css selector", ".excerpt").is_displayed()


def test_the_keyboard_reaches_a_resource(shown):
    link = shown.find_element("css selector", "svg a.node:not(.shut)")
    shown.execute_script("arguments[0].focus()", link)
    from selenium.webdriver.common.keys import Keys

    shown.switch_to.active_element.send_keys(Keys.ENTER)
    assert shown.execute_script("return document.activeElement.tagName") == "SUMMARY"
    assert shown.execute_script("return document.activeElement.closest('.resource') !== null")


def test_every_link_leads_somewhere(shown):
    lost = shown.execute_script(
        "return [...document.querySelectorAll('a')].map((it) => it.getAttribute('href').slice(1))"
        ".filter((id) => id && !document.getElementById(id))"
    )
    assert lost == []


def test_ids_are_unique(shown):
    twice = shown.execute_script(
        "const ids = [...document.querySelectorAll('[id]')].map((it) => it.id);"
        "return ids.filter((id, at) => ids.indexOf(id) !== at)"
    )
    assert twice == []


def test_the_print_has_all_pillars(shown):
    from pypdf import PdfReader

    printed = base64.b64decode(shown.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    # A printed "ffi" is one letter.
    text = normalize("NFKC", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages))
    ids = shown.execute_script("return [...document.querySelectorAll('.practice')].map((it) => it.id)")
    assert len(ids) == 307
    assert [id_ for id_ in ids if id_ not in text] == []
    assert [name for name in PILLARS.values() if name not in " ".join(text.split())] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium, small, scheme):
    shown = chromium
    shown.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    shown.get(small.as_uri())
    _wait(shown)
    shown.set_script_timeout(300)
    # The browser's driver puts the script in, past the page's policy.
    axe = next(it for it in _files(resources.files("axe_core_python")) if it.name == "axe.min.js")
    shown.execute_script(axe.read_text(encoding="utf-8"))
    found, passes = shown.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']})"
        ".then((it) => done([it.violations, it.passes.length]), (it) => done(String(it)))"
    )
    shown.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert passes > 20
    told = [(it["id"], it["impact"], [node["html"][:200] for node in it["nodes"][:3]]) for it in found]
    assert [it for it in told if it[1] in ("serious", "critical")] == []


def _files(folder: Any) -> Any:
    for it in folder.iterdir():
        if it.is_dir():
            yield from _files(it)
        else:
            yield it
