"""The npm package, packed and installed outside the repository."""

from __future__ import annotations

import json
import re
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.packaging.bundled_app import WIDGET, bundled, installed, packed
from tools import node

USE = """
import { init, sayso } from "@sayso/browser";
init({ project: "pk_1", host: "https://ask.example" });
sayso.track("opened");
"""
# `expect` marks lines that the compiler must reject.
TYPED = """
import { init, type Sayso, type Settings, sayso, type SurveyEvent } from "@sayso/browser";

const settings: Settings = { project: "pk_1", host: "https://ask.example", user: undefined };
const api: Sayso = init(settings);
init({ ...settings, token: async () => "t", consent: "wait", datalayer: "dataLayer" });
api.track("order_completed", { total: 99 });
api.identify("u_1", { token: "t", attributes: { plan: "pro" } });
api.consent();
const event: SurveyEvent = "unavailable";
sayso.on(event, ({ survey }) => survey.toUpperCase());
// @ts-expect-error: it is never told of
sayso.on("closed", () => {});
// @ts-expect-error: nothing but the survey is told
sayso.on("answered", ({ answer }) => answer);
// @ts-expect-error: without a server nobody can be asked
init({ project: "pk_1" });
// @ts-expect-error: there is one way to wait
init({ ...settings, consent: "later" });
// @ts-expect-error: a typing error
api.trak("order_completed");
"""
ON_A_SERVER = """
import { init, sayso } from "@sayso/browser";
const before = Object.getOwnPropertyNames(globalThis).length;
init({ project: "pk_1", host: "https://ask.example" }).track("opened");
sayso.on("shown", () => {});
console.log(Object.getOwnPropertyNames(globalThis).length - before);
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application with the package."""
    return installed(tmp_path_factory.mktemp("npm"))


def test_the_package_holds_what_it_runs_on_and_nothing_else(tmp_path: Path) -> None:
    chunks = re.findall(r'^  (\w+): "src/', (WIDGET / "chunks.mjs").read_text(), re.MULTILINE)
    assert "popup" in chunks
    with tarfile.open(packed(tmp_path)) as tarball:
        held = {Path(name).name for name in tarball.getnames()}
        about = json.loads(tarball.extractfile("package/package.json").read())  # type: ignore[union-attr]  # a file
    code = {f"{name}.js" for name in {"index", "loader", *chunks}}
    assert held == code | {"index.d.ts", "package.json", "README.md", "LICENSE"}
    assert about["name"] == "@sayso/browser"
    assert about["version"] == version("sayso-server")
    assert "dependencies" not in about


def test_its_types_are_exact_under_the_strictest_compiler(app: Path) -> None:
    (app / "typed.ts").write_text(TYPED)
    options = ("--strict", "--exactOptionalPropertyTypes", "--noEmit", "--module", "nodenext")
    compiler = str(WIDGET / "node_modules/typescript/bin/tsc")
    node.run("node", compiler, *options, "--target", "es2021", "typed.ts", cwd=app)


def test_on_a_server_importing_and_calling_it_does_nothing(app: Path) -> None:
    (app / "server.js").write_text(ON_A_SERVER)
    said = app / "said.txt"
    with said.open("w") as output:
        node.run("node", "server.js", cwd=app, output=output.fileno())
    assert said.read_text() == "0\n"


@pytest.mark.parametrize("bundler", ["esbuild", "vite"])
def test_a_bundler_makes_a_chunk_of_each_further_file(app: Path, bundler: str) -> None:
    out = bundled(app, USE, bundler=bundler)
    main = (out / "main.js").read_text()
    assert "rules.json" in main
    assert "sayso-survey" not in main
    chunks = [chunk.read_text() for chunk in out.rglob("*.js") if chunk.name != "main.js"]
    assert any("sayso-survey" in chunk for chunk in chunks)
    assert len(chunks) >= len(list((WIDGET / "src").glob("*/loan.ts")))


def test_who_does_not_use_it_bundles_none_of_it(app: Path) -> None:
    out = bundled(app, 'import "@sayso/browser";\nimport { init } from "@sayso/browser";\n')
    assert (out / "main.js").read_text().strip() == ""
