"""Turns an OpenAPI description into the sections, calls and flat fields of the API reference.
Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sayso_server import text_patterns
from sayso_server.dashboard.examples import EXAMPLES, PATH, QUERIES, SHAPES

METHODS = ("get", "post", "put", "patch", "delete")
SECTIONS = {
    "backend": "From a backend",
    "page": "From the page",
    "answer": "From the page of one’s own answer",
}
DEEPEST = 4
ERRORS = ("4", "5")  # all have the same body, which the page describes once
LINE = 60
NAMED = {text_patterns.MOMENT: "date-time"}
READABLE = 40  # characters; longer patterns are only in openapi.json
Spec = Mapping[str, Any]


class Field(NamedTuple):
    """name: dotted, with [] for lists. bounds: "1 to 64 characters", "at least 0"."""

    name: str
    type: str
    required: bool
    bounds: str
    description: str


class DocumentedReply(NamedTuple):
    status: str
    description: str
    fields: list[Field]


@dataclass(frozen=True)
class DocumentedCall:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    replies: list[DocumentedReply]
    example: str


class Section(NamedTuple):
    title: str
    description: str
    calls: list[DocumentedCall]


def sections(spec: Spec, address: str) -> list[Section]:
    """The sections with their calls, in the order of the description."""
    descriptions = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", ())}
    calls: dict[str, list[DocumentedCall]] = {name: [] for name in SECTIONS}
    for path, operations in spec["paths"].items():
        for method in METHODS:
            if method in operations:
                section = operations[method]["tags"][0]
                calls.setdefault(section, []).append(_call(spec, path, method, address))
    return [
        Section(SECTIONS.get(name, name), descriptions.get(name, ""), section_calls)
        for name, section_calls in calls.items()
        if section_calls
    ]


def _call(spec: Spec, path: str, method: str, address: str) -> DocumentedCall:
    operation = spec["paths"][path][method]
    parameters = spec["paths"][path].get("parameters", []) + operation.get("parameters", [])
    body = _schema(_resolved(spec, operation.get("requestBody", {})))
    return DocumentedCall(
        id=f"{method}-{path.strip('/').replace('/', '-').translate(str.maketrans('', '', '{}'))}",
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[_parameter(spec, parameter) for parameter in parameters],
        body=list(_fields(spec, body)),
        replies=[
            _reply(spec, status, reply)
            for status, reply in sorted(operation["responses"].items())
            if not status.startswith(ERRORS)
        ],
        example=_curl(f"{method.upper()} {path}", operation["tags"][0], address),
    )


def _parameter(spec: Spec, parameter: Spec) -> Field:
    required = parameter.get("required", False)
    field = _field(spec, parameter["name"], parameter["schema"], required=required)
    return field._replace(description=parameter.get("description", f"in the {parameter['in']}"))


def _reply(spec: Spec, status: str, reply: Spec) -> DocumentedReply:
    reply = _resolved(spec, reply)
    return DocumentedReply(status, reply["description"], list(_fields(spec, _schema(reply))))


def _schema(holder: Spec) -> Spec:
    content = holder.get("content", {})
    return next((dict(media.get("schema", {})) for media in content.values()), {})


def _fields(spec: Spec, schema: Spec, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    schema = _merged_forms(spec, _resolved(spec, schema))
    for name, inner in schema.get("properties", {}).items():
        yield _field(spec, prefix + name, inner, required=name in schema.get("required", ()))
        if depth < DEEPEST:
            nested, suffix = _nested(spec, inner)
            yield from _fields(spec, nested, f"{prefix}{name}{suffix}.", depth + 1)


def _merged_forms(spec: Spec, schema: Spec) -> Spec:
    """An object with several forms (oneOf) as one schema: it contains the fields of all forms, and
    requires a field if all forms require it."""
    forms = [_resolved(spec, form) for form in schema.get("oneOf", ())]
    if not forms or not all("properties" in form for form in forms):
        return schema
    properties: dict[str, Any] = {}
    for name, inner in (pair for form in forms for pair in form["properties"].items()):
        before = properties.get(name)
        properties[name] = inner if before is None else _either(before, inner)
    required = set.intersection(*(set(form.get("required", ())) for form in forms))
    required.update(schema.get("required", ()))
    properties |= schema.get("properties", {})  # a form only adds bounds to these
    return {**schema, "properties": properties, "required": sorted(required)}


def _either(first: Spec, second: Spec) -> Spec:
    """The schema of a field that two forms define differently."""
    if "enum" in first and "enum" in second:
        return {**first, "enum": [*dict.fromkeys([*first["enum"], *second["enum"]])]}
    if first.get("type") == second.get("type") or not second.get("type"):
        return first
    description = {name: first[name] for name in ("description",) if name in first}
    return {**description, "anyOf": [*first.get("anyOf", [first]), second]}


def _nested(spec: Spec, schema: Spec) -> tuple[Spec, str]:
    """The object inside a field, and "[]" for a list: the object itself, the items of a list, or
    the first alternative that is an object."""
    schema = _resolved(spec, schema)
    if "items" in schema:
        return _nested(spec, schema["items"])[0], "[]"
    if "properties" in schema:  # an anyOf beside them only adds bounds
        return schema, ""
    options = [_merged_forms(spec, _resolved(spec, option)) for option in schema.get("anyOf", ())]
    return next((option for option in options if "properties" in option), schema), ""


def _alternatives(spec: Spec, schema: Spec) -> list[Spec]:
    """The schemas of anyOf or oneOf, without those that allow anything."""
    options = [] if "type" in schema else schema.get("anyOf", schema.get("oneOf", []))
    resolved = [_resolved(spec, option) for option in options]
    return [option for option in resolved if set(option) - {"description"}]


def _field(spec: Spec, name: str, schema: Spec, *, required: bool) -> Field:
    schema = _resolved(spec, schema)
    description = schema.get("description", "")
    return Field(name, _type(spec, schema), required, _bounds(schema), description)


def _type(spec: Spec, schema: Spec) -> str:
    if "items" in schema:
        return f"list of {_type(spec, _resolved(spec, schema['items']))}"
    options = _alternatives(spec, schema)
    if options:
        names = [name for option in options for name in _type(spec, option).split(" or ")]
        return " or ".join(dict.fromkeys(names))
    kind = schema.get("type", "any")
    names = [kind] if isinstance(kind, str) else kind
    text = schema.get("format", NAMED.get(schema.get("pattern", ""), "string"))
    return " or ".join(text if name == "string" else name for name in names)


def _bounds(schema: Spec) -> str:
    bounds = [
        _range(schema.get("minLength"), schema.get("maxLength"), " characters"),
        _range(schema.get("minItems"), schema.get("maxItems"), " items"),
        _range(schema.get("minimum"), schema.get("maximum"), ""),
        f"more than {schema['exclusiveMinimum']:g}" if "exclusiveMinimum" in schema else "",
        f"less than {schema['exclusiveMaximum']:,.0f}" if "exclusiveMaximum" in schema else "",
        _one_of(schema.get("enum", ())),
        _pattern(schema),
        f"default {json.dumps(schema['default'])}" if "default" in schema else "",
    ]
    return "; ".join(filter(None, bounds))


def _one_of(values: Sequence[Any]) -> str:
    """The values of an enum, without null, which the type shows."""
    texts = [str(value) for value in values if value is not None]
    return f"one of {', '.join(texts)}" if texts else ""


def _pattern(schema: Spec) -> str:
    """The pattern, unless the type already names it or it is too long to read."""
    pattern = schema.get("pattern", "")
    hidden = "format" in schema or pattern in NAMED or len(pattern) > READABLE
    return "" if hidden or not pattern else f"matches {pattern}"


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"at least {low:g}{unit}" if high is None else f"at most {high:,.0f}{unit}"
    return f"exactly {low:g}{unit}" if low == high else f"{low:g} to {high:,.0f}{unit}"


def _resolved(spec: Spec, schema: Spec) -> Spec:
    while "$ref" in schema:
        target: Any = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    if "allOf" in schema:  # a shared type, with more keywords beside it
        shared = schema["allOf"][0]
        return {**_resolved(spec, shared), **schema}
    return schema


def _curl(call: str, section: str, address: str) -> str:
    method, path = call.split(" ")
    for name, value in PATH.items():
        path = path.replace(f"{{{name}}}", value)
    address = f"'{address}{path}?{QUERIES[call]}'" if call in QUERIES else f"{address}{path}"
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}{address}"]
    lines += [f"-H '{header}'" for header in SHAPES[section]] if section in SHAPES else []
    if call in EXAMPLES:
        body = json.dumps(EXAMPLES[call])
        if len(body) > LINE:
            body = json.dumps(EXAMPLES[call], indent=2).replace("\n", "\n  ")
        lines.append(f"-d '{body}'")
    return " \\\n  ".join(lines)
