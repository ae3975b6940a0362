"""The widget's npm package is packed, installed, and type-checked in a page of React and one of Vue."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parent.parent / "assistant" / "widget"
NEEDED = ["typescript@5", "react@19", "@types/react@19", "vue@3"]
SETTINGS = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "es2022",
        "lib": ["es2022", "dom", "dom.iterable"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "types": [],
        "skipDefaultLibCheck": True,
    }
}
# Every line that ends in "wrong" must fail, and no other.
REACT = """
import type {} from "mustanad-widget/react";
import { useRef } from "react";
import { init, type Answer, type MustanadChat } from "mustanad-widget";

export function Desk({ onAnswer }: { onAnswer: (answer: Answer) => void }) {
  const chat = useRef<MustanadChat>(null);
  return (
    <main onClick={() => chat.current?.ask("متى افتتح المتحف؟")}>
      <mustanad-chat
        ref={chat} id="chat" lang="ar" theme="dark" host="https://mustanad.example/" z-index={7}
        article-ids="news-17" contact="event"
        onmustanad:answer={(event) => onAnswer(event.detail.answer)}
        onmustanad:unanswered={(event) => event.detail.question.trim()}
        onmustanad:citation={(event) => event.detail.citation.answer?.text}
      />
      <mustanad-chat {...{ "onmustanad:error": (event: CustomEvent<{ message: string }>) => event.detail }} />
      <mustanad-chat theme="green" /> {/* wrong */}
      <mustanad-chat colour="red" /> {/* wrong */}
      <mustanad-chat article-ids={["news-17"]} /> {/* wrong */}
      <mustanad-chat onmustanad:answered={() => {}} /> {/* wrong */}
      <mustanad-chat onmustanad:question={(event) => event.detail.answer} /> {/* wrong */}
      <mustanad-chat onmustanad:error={(event: CustomEvent<{ code: number }>) => event} /> {/* wrong */}
    </main>
  );
}

init({ host: "https://mustanad.example/", articleIds: ["news-17"] }).ask("متى افتتح المتحف؟");
init({ side: "top" }); // wrong
document.addEventListener("mustanad:contact", (event) => event.detail.question.trim());
document.addEventListener("mustanad:contact", (event) => event.detail.answer); // wrong
"""
VUE = """
import { defineComponent, h, type GlobalComponents } from "vue";
import type { Answer } from "mustanad-widget";
import type { Properties } from "mustanad-widget/vue";

export const Desk = defineComponent({
  emits: { answered: (answer: Answer) => answer.answerable },
  setup(_given, { emit }) {
    return () =>
      h("mustanad-chat", {
        id: "chat", class: "desk", key: 1, lang: "ar", theme: "dark", "z-index": 7, "article-ids": "news-17",
        "onMustanad:answer": (event) => emit("answered", event.detail.answer),
        "onMustanad:unanswered": (event) => event.detail.question.trim(),
      } satisfies Properties);
  },
});

h("mustanad-chat", { theme: "green" } satisfies Properties); // wrong
h("mustanad-chat", { colour: "red" } satisfies Properties); // wrong
h("mustanad-chat", { "article-ids": ["news-17"] } satisfies Properties); // wrong
h("mustanad-chat", { "onMustanad:answered": () => {} } satisfies Properties); // wrong
h("mustanad-chat", { "onMustanad:question": (event) => event.detail.answer } satisfies Properties); // wrong
type Template = InstanceType<GlobalComponents["mustanad-chat"]>["$props"];
export const template: Template = { theme: "light", "onMustanad:contact": (event) => event.detail.question };
export const green: Template = { theme: "green" }; // wrong
document.querySelector("mustanad-chat")?.ask("متى افتتح المتحف؟");
document.querySelector("mustanad-chat")?.ask(17); // wrong
"""
HOSTS = {"react.tsx": REACT, "vue.ts": VUE}
PLAIN = """
import { init } from "mustanad-widget";
init({ lang: "en" }).open();
"""


def run(folder, *command, seconds=60):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds)


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The package as it would be published."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed here")
    folder = tmp_path_factory.mktemp("packed")
    made = run(folder, "npm", "pack", "--json", "--ignore-scripts", str(WIDGET))
    assert made.returncode == 0, made.stderr
    [package] = json.loads(made.stdout)
    return folder / package["filename"], {file["path"] for file in package["files"]}


@pytest.fixture(scope="module")
def portal(packed, tmp_path_factory):
    """A folder with the package, TypeScript, React and Vue installed."""
    folder = tmp_path_factory.mktemp("portal")
    quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    installed = run(folder, "npm", "install", *quietly, str(packed[0]), *NEEDED, seconds=180)
    if installed.returncode:
        pytest.skip(f"npm cannot install {', '.join(NEEDED)} here: {installed.stderr.strip()[-200:]}")
    return folder


@pytest.mark.slow
def test_package_holds_every_file_that_it_names(packed):
    named = re.findall(r'"\./([\w-]+\.[\w.]+)"', (WIDGET / "package.json").read_text("utf-8"))
    assert packed[1] == {*named, "package.json"}


@pytest.mark.slow
def test_pages_of_react_and_vue_are_type_checked_against_the_package(portal):
    settings = dict(SETTINGS, files=sorted(HOSTS))
    settings["compilerOptions"] = SETTINGS["compilerOptions"] | {"jsx": "react-jsx"}
    (portal / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    for name, source in HOSTS.items():
        (portal / name).write_text(source, "utf-8")
    checked = run(portal, "node", "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false")
    failing = set(re.findall(r"^([\w./-]+)\((\d+),", checked.stdout, re.MULTILINE))
    wrong = {
        (name, str(number))
        for name, source in HOSTS.items()
        for number, line in enumerate(source.splitlines(), start=1)
        if re.search(r"wrong(?: \*/})?$", line)
    }
    assert failing == wrong, checked.stdout


@pytest.mark.slow
def test_page_without_react_and_vue_is_type_checked_too(packed, portal, tmp_path):
    package = tmp_path / "node_modules" / "mustanad-widget"
    shutil.copytree(portal / "node_modules" / "mustanad-widget", package)
    (tmp_path / "plain.ts").write_text(PLAIN, "utf-8")
    (tmp_path / "tsconfig.json").write_text(json.dumps(dict(SETTINGS, files=["plain.ts"])), "utf-8")
    compiler = str(portal / "node_modules" / "typescript" / "bin" / "tsc")
    checked = run(tmp_path, "node", compiler, "--noEmit", "--pretty", "false")
    assert (checked.returncode, checked.stdout) == (0, "")
