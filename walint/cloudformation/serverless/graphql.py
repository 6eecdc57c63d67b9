"""AWS::Serverless::GraphQLApi: an AppSync API with its schema, data sources, functions and resolvers.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-graphqlapi.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.nodes import child, entries, function_of, made_mapping, text_of
from walint.cloudformation.serverless import policies
from walint.cloudformation.serverless.connectors import connect, end_of
from walint.cloudformation.serverless.function import location
from walint.cloudformation.serverless.sam import Entry, Part, Sam, arn, entry, ref
from walint.cloudformation.serverless.tags import tag_list

_SERVICE: Final = "appsync.amazonaws.com"
_LOGS: Final = "service-role/AWSAppSyncPushToCloudWatchLogs"
_KEPT: Final = (
    "IntrospectionConfig",
    "OwnerContact",
    "QueryDepthLimit",
    "ResolverCountLimit",
    "Visibility",
    "XrayEnabled",
)
# A resolver without code of its own hands on what its last function returns.
_HANDS_ON: Final = """
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
"""
_AUTH: Final = {
    "UserPool": "UserPoolConfig",
    "OpenIDConnect": "OpenIDConnectConfig",
    "LambdaAuthorizer": "LambdaAuthorizerConfig",
}


def add_graphql_api(sam: Sam, of: Part) -> None:
    api = {"Fn::GetAtt": [of.name, "ApiId"]}
    properties: list[Entry] = [
        *(of.entry("Name") or [entry("Name", of.name, of.key)]),
        *of.entries(_KEPT),
        *_authentication(of),
        *_logging(sam, of),
        *tag_list(of, "graphqlapi:createdBy"),
    ]
    carried = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
    sam.add(of.name, "AWS::AppSync::GraphQLApi", properties, of, carried, written=True)
    _add_schema(sam, of, api)
    for name, key, written in _items(of.get("ApiKeys")):
        body = {"ApiId": api, **_renamed(written, {"ExpiresOn": "Expires"})}
        sam.add(f"{of.name}{name}", "AWS::AppSync::ApiKey", body, of, at=key)
    cache = of.get("Cache")
    if cache is not None:
        body = {"ApiId": api, **_renamed(cache, {})}
        sam.add(f"{of.name}ApiCache", "AWS::AppSync::ApiCache", body, of, at=of.at("Cache"))
    domain = of.get("DomainName")
    if domain is not None:
        sam.add(f"{of.name}DomainName", "AWS::AppSync::DomainName", _renamed(domain, {}), of, at=of.at("DomainName"))
        joined = {"ApiId": api, "DomainName": ref(f"{of.name}DomainName")}
        sam.add(f"{of.name}DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", joined, of)
    _permit_authorizers(sam, of, api)
    sources = _add_data_sources(sam, of, api)
    _add_functions(sam, of, api, sources)
    _add_resolvers(sam, of, api)


def _items(written: Node | None) -> Iterator[tuple[str, Node, Node]]:
    yield from [] if written is None else entries(written)


def _renamed(written: Node, names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, _, value in entries(written)}


def _authentication(of: Part) -> list[Entry]:
    auth = of.get("Auth")
    if auth is None:
        return []
    at = of.at("Auth")
    found = [entry(name, value, at) for name, value in _provider(auth).items()]
    additional = child(auth, "Additional")
    if isinstance(additional, SequenceNode):
        listed = [_provider(item) for item in additional.value]
        found.append(entry("AdditionalAuthenticationProviders", listed, at))
    return found


def _provider(written: Node) -> dict[str, Any]:
    out: dict[str, Any] = {"AuthenticationType": child(written, "Type")}
    for name, renamed in _AUTH.items():
        value = child(written, name)
        if value is not None:
            out[renamed] = value
    return {name: value for name, value in out.items() if value is not None}


def _permit_authorizers(sam: Sam, of: Part, api: Any) -> None:
    """Let the API call the functions that authorize its requests."""
    auth = of.get("Auth")
    additional = child(auth, "Additional")
    providers = [auth, *(additional.value if isinstance(additional, SequenceNode) else [])]
    functions = [child(child(it, "LambdaAuthorizer"), "AuthorizerUri") for it in providers if it is not None]
    begin = end_of(sam, of.name, {"Arn": ref(of.name), "ResourceId": api})
    for number, function in enumerate((it for it in functions if it is not None), 1):
        end = begin._replace(type="AWS::Lambda::Function", values={"Arn": function}, role=None)
        connect(sam, of, begin, end, ["Write"], name=f"{of.name}ToLambdaAuthConnector{number}")


def _logging(sam: Sam, of: Part) -> list[Entry]:
    """How requests are logged: to all levels, through a role that SAM generates, unless it says otherwise."""
    written = of.get("Logging")
    if written is not None and sam.text(written) == "false":
        return []
    at = of.at("Logging")
    body = [] if written is None else entries(written)
    if not any(name == "FieldLogLevel" for name, _, _ in body):
        body.append(entry("FieldLogLevel", "ALL", at))
    if not any(name == "CloudWatchLogsRoleArn" for name, _, _ in body):
        name = f"{of.name}CloudWatchRole"
        role = {
            "AssumeRolePolicyDocument": policies.assume_role(_SERVICE),
            "ManagedPolicyArns": [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{_LOGS}"}],
        }
        sam.add(name, "AWS::IAM::Role", role, of)
        body.append(entry("CloudWatchLogsRoleArn", arn(name), at))
    return [("LogConfig", at, made_mapping(body, at))]


def _add_schema(sam: Sam, of: Part, api: Any) -> None:
    inline, uri = of.get("SchemaInline"), of.get("SchemaUri")
    body: dict[str, Any] = {"ApiId": api}
    if inline is not None:
        body["Definition"] = inline
    elif uri is not None:
        body["DefinitionS3Location"] = _in_s3(uri)
    sam.add(f"{of.name}Schema", "AWS::AppSync::GraphQLSchema", body, of)


def _in_s3(uri: Node) -> Any:
    """A place in S3 as one text."""
    if isinstance(uri, MappingNode) and function_of(uri) is None:
        found = location(uri, "Bucket", "Key", "Version")
        return {"Fn::Sub": ["s3://${Bucket}/${Key}", found]}
    return uri


def _add_data_sources(sam: Sam, of: Part, api: Any) -> dict[str, str]:
    """The data sources; their logical ids by the names that functions call them by."""
    found: dict[str, str] = {}
    written = of.get("DataSources")
    for name, key, source in _items(child(written, "DynamoDb")):
        table = {field: value for field, _, value in entries(source)}
        config: dict[str, Any] = {"AwsRegion": table.get("Region") or ref("AWS::Region")}
        for field in ("TableName", "UseCallerCredentials", "Versioned"):
            if field in table:
                config[field] = table[field]
        if "DeltaSync" in table:
            config["DeltaSyncConfig"] = table["DeltaSync"]
        made_name = f"{of.name}{name}DynamoDBDataSource"
        body = {"Type": "AMAZON_DYNAMODB", "DynamoDBConfig": config}
        found[name] = _add_source(sam, of, api, made_name, name, key, source, body)
        permissions = child(source, "Permissions")
        wanted = [str(text_of(item)) for item in permissions.value] if permissions is not None else ["Read", "Write"]
        _connect(sam, of, made_name, "Table", source, {"Arn": table.get("TableArn")}, "AWS::DynamoDB::Table", wanted)
    for name, key, source in _items(child(written, "Lambda")):
        made_name = f"{of.name}{name}LambdaDataSource"
        function = child(source, "FunctionArn")
        body = {"Type": "AWS_LAMBDA", "LambdaConfig": {"LambdaFunctionArn": function}}
        found[name] = _add_source(sam, of, api, made_name, name, key, source, body)
        _connect(sam, of, made_name, "Lambda", source, {"Arn": function}, "AWS::Lambda::Function", ["Write"])
    return found


def _add_source(
    sam: Sam, of: Part, api: Any, made_name: str, name: str, key: Node, source: Node, more: dict[str, Any]
) -> str:
    role: Any = child(source, "ServiceRoleArn")
    if role is None:
        role = arn(f"{made_name}Role")
        trusted = {"AssumeRolePolicyDocument": policies.assume_role(_SERVICE)}
        sam.add(f"{made_name}Role", "AWS::IAM::Role", trusted, of, at=key)
    body: dict[str, Any] = {"ApiId": api, "Name": child(source, "Name") or name, "ServiceRoleArn": role, **more}
    description = child(source, "Description")
    if description is not None:
        body["Description"] = description
    sam.add(made_name, "AWS::AppSync::DataSource", body, of, at=key)
    return made_name


def _connect(
    sam: Sam, of: Part, name: str, what: str, source: Node, values: dict[str, Any], type_: str, wanted: list[str]
) -> None:
    """What a data source's role may do; nothing where its author gives the role."""
    if child(source, "ServiceRoleArn") is not None or values["Arn"] is None:
        return
    begin = end_of(sam, name, {})
    end = begin._replace(type=type_, values=values, role=None)
    connect(sam, of, begin, end, wanted, name=f"{name}To{what}Connector")


def _runtime(written: Node) -> dict[str, Any]:
    given = child(written, "Runtime")
    return {} if given is None else {"Runtime": _renamed(given, {"Version": "RuntimeVersion"})}


def _code(written: Node) -> dict[str, Any]:
    inline, uri = child(written, "InlineCode"), child(written, "CodeUri")
    if inline is not None:
        return {"Code": inline}
    return {} if uri is None else {"CodeS3Location": _in_s3(uri)}


def _add_functions(sam: Sam, of: Part, api: Any, sources: dict[str, str]) -> None:
    nothing = f"{of.name}NoneDataSource"
    for name, key, written in _items(of.get("Functions")):
        if child(written, "Id") is not None:
            continue
        wanted = child(written, "DataSource")
        called = sam.text(wanted) or ""
        source: Any = wanted
        if called in sources:
            source = {"Fn::GetAtt": [sources[called], "Name"]}
        elif called.upper() == "NONE":
            source = {"Fn::GetAtt": [nothing, "Name"]}
            if nothing not in sam.resources:
                body: dict[str, Any] = {"ApiId": api, "Name": nothing, "Type": "NONE"}
                sam.add(nothing, "AWS::AppSync::DataSource", body, of, at=key)
        body = {"ApiId": api, "DataSourceName": source, "Name": child(written, "Name") or name}
        body |= _runtime(written) | _code(written) | _optional(written, ("Description", "MaxBatchSize"))
        if child(written, "Sync") is not None:
            body["SyncConfig"] = child(written, "Sync")
        sam.add(f"{of.name}{name}", "AWS::AppSync::FunctionConfiguration", body, of, at=key)


def _optional(written: Node, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := child(written, name)) is not None}


def _add_resolvers(sam: Sam, of: Part, api: Any) -> None:
    for type_name, _, fields in _items(of.get("Resolvers")):
        for name, key, written in _items(fields):
            pipeline = child(written, "Pipeline")
            listed = [
                {"Fn::GetAtt": [f"{of.name}{text_of(item)}", "FunctionId"]}
                for item in (pipeline.value if isinstance(pipeline, SequenceNode) else [])
            ]
            body: dict[str, Any] = {
                "ApiId": api,
                "TypeName": type_name,
                "FieldName": child(written, "FieldName") or name,
                "Kind": "PIPELINE",
                "PipelineConfig": {"Functions": listed},
                **_runtime(written),
                **(_code(written) or {"Code": _HANDS_ON}),
                **_optional(written, ("MaxBatchSize",)),
            }
            for field, renamed in (("Caching", "CachingConfig"), ("Sync", "SyncConfig")):
                if child(written, field) is not None:
                    body[renamed] = child(written, field)
            waits = {"DependsOn": [f"{of.name}Schema"]}
            sam.add(f"{of.name}{type_name}{name}", "AWS::AppSync::Resolver", body, of, more=waits, at=key)
