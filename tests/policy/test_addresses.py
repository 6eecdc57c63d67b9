"""Under which address a finding stands: that of what its author wrote."""

from __future__ import annotations

from pathlib import Path

import walint

SERVERLESS = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      TracingEnabled: false
"""
SETTINGS = """\
resource "aws_api_gateway_stage" "shop" {
  rest_api_id   = "a1b2c3"
  deployment_id = "d4e5f6"
  stage_name    = "shop"
}
resource "aws_api_gateway_method_settings" "goods" {
  rest_api_id = "a1b2c3"
  stage_name  = aws_api_gateway_stage.shop.stage_name
  method_path = "goods/GET"
  settings {
    caching_enabled = true
    logging_level   = "OFF"
  }
}
"""


def addresses(folder: Path, rule: str) -> list[tuple[str, ...]]:
    return [finding.addresses for finding in walint.check([folder], profile="strict", select=[rule]).findings]


def test_what_a_transform_generates_is_known_by_what_it_was_generated_from(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(SERVERLESS)
    (finding,) = walint.check([tmp_path], profile="strict", select=["apigateway-stage-xray-enabled"]).findings
    assert finding.addresses == ("Shop",)
    assert finding.message.startswith("Stage Shop ")
    assert finding.span.line == 7


def test_an_item_is_known_by_the_resource_that_it_is_written_in(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SETTINGS)
    assert addresses(tmp_path, "apigateway-stage-cache-encrypted") == [("aws_api_gateway_method_settings.goods",)]


def test_a_fault_of_the_whole_is_known_by_the_owner(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SETTINGS)
    assert addresses(tmp_path, "apigateway-stage-execution-logging") == [("aws_api_gateway_stage.shop",)]
