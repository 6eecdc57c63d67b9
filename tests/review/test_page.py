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
    folder = tmp_path_factory.mktemp("page")
    _templates(folder, NUMBER)
    return _page(folder)


def _page(folder: Path) -> Path:
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


def _open_all(shown: Any) -> None:
    """Opens every list, and waits until all is made."""
    shown.execute_script(
        "for (const it of document.querySelectorAll('[data-list]')) it.open = true;"
        "for (const list of lists) fill(list, Infinity)"
    )


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
    assert len(shown.find_elements("css selector", "script:not([type])")) == 1
    _open_all(shown)
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
    _open_all(shown)
    everything = _count(shown, ".finding")
    assert shown.find_element("id", "shown").text == f"{everything} findings"
    _set(shown, "service", "ebs")
    assert shown.find_element("id", "shown").text == f"{NUMBER // 2 + 2} of {everything} findings"
    _open_all(shown)
    assert _count(shown, ".finding") == NUMBER // 2 + 2
    assert _count(shown, ".resource") == NUMBER // 2 + 2
    _set(shown, "text", "aws_ebs_volume.v59")
    assert shown.find_element("id", "shown").text == f"1 of {everything} findings"
    assert _count(shown, ".resource") == 1
    assert shown.execute_script("return location.hash") == "#?service=ebs&text=aws_ebs_volume.v59"
    shown.find_element("css selector", "#filters [type=reset]").click()
    _wait(shown, lambda _: shown.find_element("id", "shown").text == f"{everything} findings")


def test_filters_know_pillars_states_and_severities(shown):
    _set(shown, "pillar", "reliability")
    assert _count(shown, "details.pillar") == 1
    _set(shown, "pillar", "")
    _set(shown, "state", "met")
    assert _count(shown, ".practice") == _count(shown, ".practice.state-met") > 0
    _set(shown, "state", "")
    _set(shown, "severity", "high")
    _open_all(shown)
    assert _count(shown, ".finding") == _count(shown, ".of-rule:has(> summary .high) .finding") > 0


def test_a_link_holds_a_filter(shown, made):
    shown.get("about:blank")
    shown.get(made.as_uri() + "#?severity=high")
    _wait(shown)
    assert _count(shown, ".of-rule") == _count(shown, ".of-rule:has(> summary .high)") > 0


@pytest.mark.parametrize("kind", ["items", "resources"])
def test_a_link_leads_to_what_is_not_made_yet(shown, made, kind):
    """The last of them is behind the first hundred of its list, or in one that is shut."""
    id_ = shown.execute_script(f"return {kind}.at(-1).id")
    assert not shown.find_elements("id", id_)
    shown.execute_script("location.hash = arguments[0]", id_)
    _wait(shown, lambda _: shown.find_elements("id", id_) and shown.find_element("id", id_).is_displayed())


def test_a_long_list_shows_the_rest_when_asked(shown):
    shown.execute_script("location.hash = 'resources'")
    graph = shown.find_element("css selector", ".graph-of")
    shown.execute_script("arguments[0].open = true", graph)
    _wait(shown, lambda _: graph.find_elements("css selector", ".rest button"))
    assert len(graph.find_elements("css selector", ".resource")) == 100
    shown.execute_script("arguments[0].click()", graph.find_element("css selector", ".rest button"))
    assert len(graph.find_elements("css selector", ".resource")) == 5 * NUMBER + 1


def test_a_resource_in_the_picture_opens_its_findings(shown):
    node = shown.find_element("css selector", "svg a.node.worst-high:not(.shut)")
    target = node.get_attribute("href")
    shown.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))", node)
    anchor = shown.execute_script("return location.hash").removeprefix("#")
    assert anchor in str(target) or anchor.startswith("r-")
    _wait(shown, lambda _: shown.find_elements("css selector", f"#{anchor} .excerpt"))
    resource = shown.find_element("id", anchor)
    assert resource.get_attribute("open") is not None
    assert resource.find_element("css selector", ".evidence a").is_displayed()
    assert resource.find_element("css selector", ".excerpt").is_displayed()


def test_the_keyboard_reaches_a_resource(shown):
    link = shown.find_element("css selector", "svg a.node:not(.shut)")
    shown.execute_script("arguments[0].focus()", link)
    from selenium.webdriver.common.keys import Keys

    shown.switch_to.active_element.send_keys(Keys.ENTER)
    _wait(shown, lambda _: shown.execute_script("return document.activeElement.tagName") == "SUMMARY")
    assert shown.execute_script("return document.activeElement.closest('.resource') !== null")


def test_every_link_leads_somewhere(shown):
    _open_all(shown)
    shown.execute_script("unpack(document)")
    lost = shown.execute_script(
        "return [...document.querySelectorAll('a')].map((it) => it.getAttribute('href').slice(1))"
        ".filter((id) => id && !id.startsWith('?') && !document.getElementById(id))"
    )
    assert lost == []


def test_ids_are_unique(shown):
    _open_all(shown)
    shown.execute_script("unpack(document)")
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
    text = " ".join(text.split())
    assert [name for name in PILLARS.values() if name not in text] == []
    # The findings are in it; of long lists the beginning, and how to get at the rest.
    assert text.count("To mend it:") == shown.execute_script("return rules.length")
    assert f"and {NUMBER - 20} more: walint check --select s3-bucket-versioning-enabled" in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(shown, made, scheme):
    shown.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    shown.get("about:blank")
    shown.get(made.as_uri())
    _wait(shown)
    _open_all(shown)
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
