"""An OpenAPI description as a person reads it: calls by room, fields flat. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sayso_server.api import json_forms
from sayso_server.dashboard.examples import EXAMPLES, PATH, QUERIES, SHAPES

METHODS = ("get", "post", "put", "patch", "delete")
ROOMS = {
    "backend": "From a backend",
    "page": "From the page",
    "answer": "From the page of one’s own answer",
}
DEEPEST = 4
ERRORS = ("4", "5")  # all of one body, which the page describes once
LINE = 60
NAMED = {json_forms.MOMENT: "date-time"}
READABLE = 40  # characters of a pattern; the longer ones are in the description itself
Spec = Mapping[str, Any]


class Field(NamedTuple):
    """name: dotted, with [] where there are several. bounds: "1–64 characters", "at least 0"."""

    name: str
    type: str
    required: bool
    bounds: str
    description: str


class Reply(NamedTuple):
    status: str
    description: str
    fields: list[Field]


@dataclass(frozen=True)
class Call:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    replies: list[Reply]
    example: str


class Room(NamedTuple):
    title: str
    description: str
    calls: list[Call]


def rooms(spec: Spec, address: str) -> list[Room]:
    """The calls of each room in the order of the description."""
    said = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", ())}
    calls: dict[str, list[Call]] = {name: [] for name in ROOMS}
    for path, operations in spec["paths"].items():
        for method in METHODS:
            if method in operations:
                room = operations[method]["tags"][0]
                calls.setdefault(room, []).append(_call(spec, path, method, address))
    return [
        Room(ROOMS.get(name, name), said.get(name, ""), found)
        for name, found in calls.items()
        if found
    ]


def _call(spec: Spec, path: str, method: str, address: str) -> Call:
    operation = spec["paths"][path][method]
    parameters = spec["paths"][path].get("parameters", []) + operation.get("parameters", [])
    body = _schema(_resolved(spec, operation.get("requestBody", {})))
    return Call(
        id=f"{method}-{path.strip('/').replace('/', '-').translate(str.maketrans('', '', '{}'))}",
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[
            _field(spec, one["name"], one["schema"], required=one.get("required", False))._replace(
                description=one.get("description", f"in the {one['in']}")
            )
            for one in parameters
        ],
        body=list(_fields(spec, body)),
        replies=[
            _reply(spec, status, reply)
            for status, reply in sorted(operation["responses"].items())
            if not status.startswith(ERRORS)
        ],
        example=_curl(f"{method.upper()} {path}", operation["tags"][0], address),
    )


def _reply(spec: Spec, status: str, reply: Spec) -> Reply:
    found = _resolved(spec, reply)
    return Reply(status, found["description"], list(_fields(spec, _schema(found))))


def _schema(holder: Spec) -> Spec:
    content = holder.get("content", {})
    return next((dict(one.get("schema", {})) for one in content.values()), {})


def _fields(spec: Spec, schema: Spec, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    found = _whole(spec, _resolved(spec, schema))
    for name, inner in found.get("properties", {}).items():
        yield _field(spec, prefix + name, inner, required=name in found.get("required", ()))
        if depth < DEEPEST:
            nested, several = _inside(spec, inner)
            yield from _fields(spec, nested, f"{prefix}{name}{several}.", depth + 1)


def _whole(spec: Spec, schema: Spec) -> Spec:
    """An object that has several forms, as one: with all fields of any, required where they all
    require them."""
    forms = [_resolved(spec, one) for one in schema.get("oneOf", ())]
    if not forms or not all("properties" in one for one in forms):
        return schema
    properties: dict[str, Any] = {}
    for name, inner in (pair for form in forms for pair in form["properties"].items()):
        before = properties.get(name)
        properties[name] = inner if before is None else _either(before, inner)
    required = set.intersection(*(set(form.get("required", ())) for form in forms))
    required.update(schema.get("required", ()))
    properties |= schema.get("properties", {})  # of these, a form says only what it bounds
    return {**schema, "properties": properties, "required": sorted(required)}


def _either(one: Spec, other: Spec) -> Spec:
    """A field as one form has it, or as another."""
    if "enum" in one and "enum" in other:
        return {**one, "enum": [*dict.fromkeys([*one["enum"], *other["enum"]])]}
    if one.get("type") == other.get("type") or not other.get("type"):
        return one
    said = {name: one[name] for name in ("description",) if name in one}
    return {**said, "anyOf": [*one.get("anyOf", [one]), other]}


def _inside(spec: Spec, schema: Spec) -> tuple[Spec, str]:
    """What is nested in a field: its object, the items of its list, its one alternative to null or
    to what is refused."""
    found = _resolved(spec, schema)
    if "items" in found:
        return _inside(spec, found["items"])[0], "[]"
    if "properties" in found:  # what it may be then only bounds it
        return found, ""
    either = [_whole(spec, _resolved(spec, one)) for one in found.get("anyOf", ())]
    return next((one for one in either if "properties" in one), found), ""


def _alternatives(spec: Spec, schema: Spec) -> list[Spec]:
    """The schemas of anyOf or oneOf, without those that allow anything."""
    several = [] if "type" in schema else schema.get("anyOf", schema.get("oneOf", []))
    found = [_resolved(spec, one) for one in several]
    return [one for one in found if set(one) - {"description"}]


def _field(spec: Spec, name: str, schema: Spec, *, required: bool) -> Field:
    found = _resolved(spec, schema)
    return Field(name, _type(spec, found), required, _bounds(found), found.get("description", ""))


def _type(spec: Spec, schema: Spec) -> str:
    if "items" in schema:
        return f"list of {_type(spec, _resolved(spec, schema['items']))}"
    several = _alternatives(spec, schema)
    if several:
        names = [name for one in several for name in _type(spec, one).split(" or ")]
        return " or ".join(dict.fromkeys(names))
    kind = schema.get("type", "any")
    names = [kind] if isinstance(kind, str) else kind
    text = schema.get("format", NAMED.get(schema.get("pattern", ""), "string"))
    return " or ".join(text if name == "string" else name for name in names)


def _bounds(schema: Spec) -> str:
    said = [
        _range(schema.get("minLength"), schema.get("maxLength"), " characters"),
        _range(schema.get("minItems"), schema.get("maxItems"), " items"),
        _range(schema.get("minimum"), schema.get("maximum"), ""),
        f"more than {schema['exclusiveMinimum']:g}" if "exclusiveMinimum" in schema else "",
        f"less than {schema['exclusiveMaximum']:,.0f}" if "exclusiveMaximum" in schema else "",
        _one_of(schema.get("enum", ())),
        _pattern(schema),
        f"default {json.dumps(schema['default'])}" if "default" in schema else "",
    ]
    return "; ".join(filter(None, said))


def _one_of(values: Sequence[Any]) -> str:
    """The type says whether it may be null."""
    given = [str(value) for value in values if value is not None]
    return f"one of {', '.join(given)}" if given else ""


def _pattern(schema: Spec) -> str:
    """Where no name says it, and a person can read it."""
    pattern = schema.get("pattern", "")
    told = "format" in schema or pattern in NAMED or len(pattern) > READABLE
    return "" if told or not pattern else f"matches {pattern}"


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"at least {low:g}{unit}" if high is None else f"at most {high:,.0f}{unit}"
    return f"exactly {low:g}{unit}" if low == high else f"{low:g} to {high:,.0f}{unit}"


def _resolved(spec: Spec, schema: Spec) -> Spec:
    while "$ref" in schema:
        found: Any = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    if "allOf" in schema:  # a type of its own, with what is said of it here
        shared = schema["allOf"][0]
        return {**_resolved(spec, shared), **schema}
    return schema


def _curl(call: str, room: str, address: str) -> str:
    method, path = call.split(" ")
    for name, value in PATH.items():
        path = path.replace(f"{{{name}}}", value)
    address = f"'{address}{path}?{QUERIES[call]}'" if call in QUERIES else f"{address}{path}"
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}{address}"]
    lines += [f"-H '{header}'" for header in SHAPES[room]] if room in SHAPES else []
    if call in EXAMPLES:
        body = json.dumps(EXAMPLES[call])
        if len(body) > LINE:
            body = json.dumps(EXAMPLES[call], indent=2).replace("\n", "\n  ")
        lines.append(f"-d '{body}'")
    return " \\\n  ".join(lines)
