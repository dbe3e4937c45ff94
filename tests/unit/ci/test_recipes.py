"""What the dashboard tells people to write for a CI is what the action and the component understand."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
TOKENS = (ROOT / "dashboard" / "src" / "lib" / "tokens.ts").read_text("utf-8")


def _recipe(name: str) -> str:
    """The text that this function of the dashboard makes, for a token that may push."""
    found = re.search(rf"function {name}\(.*?\{{\n  return `(.*?)`;\n\}}", TOKENS, re.DOTALL)
    assert found, f"tokens.ts has no function {name}() that gives one text"
    text = re.sub(r'\$\{mayPush \? "(.*?)" : ""\}', r"\1", found[1]).replace("\\n", "\n")
    return text.replace("\\$", "$")


def _inputs_of_the_action() -> dict[str, Any]:
    inputs: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    return inputs


def _inputs_of_the_component() -> dict[str, Any]:
    header = next(yaml.safe_load_all((ROOT / "templates" / "baton.yml").read_text("utf-8")))
    inputs: dict[str, Any] = header["spec"]["inputs"]
    return inputs


def test_the_recipe_for_github_names_inputs_of_the_action() -> None:
    """GitHub only warns of one that it does not know, and goes on without."""
    [step] = yaml.safe_load(_recipe("github"))
    assert {"mode", "push", "environment", "url", "key", "token"} == set(step["with"])
    assert set(step["with"]) <= set(_inputs_of_the_action())
    assert step["with"]["token"] == "${{ secrets.BATON_TOKEN }}"


def test_the_recipe_for_gitlab_names_inputs_of_the_component() -> None:
    """With values that these inputs take."""
    [included] = yaml.safe_load(_recipe("gitlab"))["include"]
    given, known = included["inputs"], _inputs_of_the_component()
    assert {"mode", "push", "environment"} == set(given) <= set(known)
    assert given["mode"] in known["mode"]["options"]
    assert isinstance(given["push"], bool)


def test_the_recipe_for_others_is_what_the_command_reads() -> None:
    """Its three variables, and `baton trigger`."""
    names = re.findall(r"^export (\w+)=", _recipe("shell"), re.MULTILINE)
    assert names == ["BATON_URL", "BATON_KEY", "BATON_TOKEN"]
    assert "baton trigger -e " in _recipe("shell")
