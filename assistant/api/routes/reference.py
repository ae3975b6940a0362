"""`/api/docs`: the description of the interface as a page, with no script and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)
STYLE = Path(__file__).parent.parent / "static" / "reference.css"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
Schema = Mapping[str, Any]


@router.get("/api/docs")
def reference(request: Request) -> Response:
    """Give the page."""
    page = render(request.app.openapi(), str(request.base_url).rstrip("/"))
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})


@router.get("/api/docs.css")
def style() -> Response:
    """Give its style."""
    return Response(STYLE.read_bytes(), headers={"Content-Type": "text/css; charset=utf-8"})


def render(description: Schema, base: str) -> str:
    """Write the page of an OpenAPI description; requests in it are addressed to `base`."""
    groups: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            tag, name = operation["tags"][0], f"{method}-{path.strip('/').replace('/', '-')}"
            groups.setdefault(tag, []).append(_operation(name, method, path, operation, description, base))
            links.setdefault(tag, []).append(
                f'<li><a href="#{escape(name)}"><b>{method.upper()}</b> {escape(path)}</a></li>'
            )
    contents = "".join(f"<h2>{escape(tag)}</h2><ul>{''.join(items)}</ul>" for tag, items in links.items())
    body = "".join(
        f"<section><h2>{escape(tag)}</h2>{''.join(items)}</section>" for tag, items in groups.items()
    )
    shapes = "".join(
        f'<article id="shape-{escape(name)}"><h3>{escape(name)}</h3>{_prose(schema.get("description", ""))}'
        f"{_properties(schema)}</article>"
        for name, schema in sorted(description["components"]["schemas"].items())
    )
    title = escape(f"{description['info']['title']}: HTTP")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="docs.css"></head><body>'
        f'<nav aria-label="Operations">{contents}<h2>description</h2><ul><li><a href="openapi.json">'
        f"openapi.json</a></li></ul></nav><main><h1>{title}</h1>"
        f"{_prose(description['info']['description'])}{body}"
        f"<section><h2>shapes</h2>{shapes}</section></main></body></html>"
    )


def _operation(name: str, method: str, path: str, operation: Schema, whole: Schema, base: str) -> str:
    parts = [
        f'<article id="{escape(name)}"><h3><span class="method {method}">{method.upper()}</span> '
        f"<code>{escape(path)}</code></h3><p><b>{escape(operation['summary'])}</b></p>",
        _prose(operation.get("description", "")),
        _parameters(operation.get("parameters", [])),
        _body(operation.get("requestBody"), whole),
        _example(method, path, operation, whole, base),
        _responses(operation["responses"]),
        "</article>",
    ]
    return "".join(parts)


def _parameters(parameters: list[Schema]) -> str:
    rows = [
        (
            f"<code>{escape(each['name'])}</code>",
            f"{escape(each['in'])}{', required' if each.get('required') else ''}",
            _kind(each["schema"]),
            _inline(each.get("description", "")),
        )
        for each in parameters
    ]
    return _table(("parameter", "in", "type", ""), rows) if rows else ""


def _body(body: Schema | None, whole: Schema) -> str:
    if body is None:
        return ""
    kinds = [
        f"<code>{escape(media)}</code>: {_kind(content.get('schema', {}))}"
        for media, content in body["content"].items()
    ]
    return f"<p>Body: {'; '.join(kinds)}</p>"


def _example(method: str, path: str, operation: Schema, whole: Schema, base: str) -> str:
    """Write the request as a command to copy."""
    command = f"curl {base}{path}" if method == "get" else f"curl -X {method.upper()} {base}{path}"
    for parameter in operation.get("parameters", []):
        examples = parameter.get("examples") or parameter["schema"].get("examples")
        if examples and parameter["in"] == "path":
            command = command.replace(f"{{{parameter['name']}}}", str(examples[0]))
        elif examples and parameter["in"] == "query":
            command = f"curl -G {base}{path} --data-urlencode '{parameter['name']}={examples[0]}'"
    content = (operation.get("requestBody") or {}).get("content", {}).get("application/json")
    example = _example_of(content.get("schema", {}), whole) if content else None
    if example is not None:
        sent = json.dumps(example, ensure_ascii=False)
        command += f" \\\n  -H 'Content-Type: application/json' \\\n  -d '{sent}'"
    if operation["tags"][0] == "writing":
        command += " \\\n  -H 'Authorization: Bearer TOKEN'"
    return f'<pre tabindex="0"><code>{escape(command)}</code></pre>'


def _example_of(schema: Schema, whole: Schema) -> Any:
    resolved = _resolve(schema, whole)
    for choice in [resolved, *(_resolve(each, whole) for each in resolved.get("anyOf", ()))]:
        if choice.get("examples"):
            return choice["examples"][0]
    return None


def _resolve(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    return whole["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


def _responses(responses: Schema) -> str:
    rows = []
    for status, response in sorted(responses.items()):
        kinds = [
            f"<code>{escape(media)}</code> {_kind(content.get('schema', {}))}"
            for media, content in response.get("content", {}).items()
        ]
        rows.append((escape(str(status)), _inline(response.get("description", "")), "<br>".join(kinds)))
    return _table(("answer", "", "content"), rows)


def _properties(schema: Schema) -> str:
    required = schema.get("required", [])
    rows = [
        (
            f"<code>{escape(name)}</code>{'' if name in required else ' (optional)'}",
            _kind(each),
            _inline(each.get("description", "")),
        )
        for name, each in schema.get("properties", {}).items()
    ]
    return _table(("key", "type", ""), rows) if rows else ""


def _kind(schema: Schema) -> str:
    """Say a schema in a few words, with links to the shapes it names."""
    return " or ".join(dict.fromkeys(_kinds(schema)))


def _kinds(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[1])
        yield f'<a href="#shape-{name}">{name}</a>'
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _kinds(choice)
    elif "enum" in schema:
        yield from (f"<code>{escape(json.dumps(each))}</code>" for each in schema["enum"])
    elif "const" in schema:
        yield f"<code>{escape(json.dumps(schema['const']))}</code>"
    elif schema.get("type") == "array":
        yield f"list of {_kind(schema.get('items', {})) or 'anything'}"
    else:
        limits = {"minLength": "at least", "maxLength": "at most", "minimum": "from", "maximum": "to"}
        bounds = [f"{words} {schema[key]}" for key, words in limits.items() if key in schema]
        unit = " characters" if "maxLength" in schema else ""
        yield escape(schema.get("type", "anything")) + (f" ({', '.join(bounds)}{unit})" if bounds else "")


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{each}</th>' if each else "<td></td>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _prose(text: str) -> str:
    """Write paragraphs and `code`, as docstrings have them."""
    return "".join(f"<p>{_inline(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


def _inline(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
