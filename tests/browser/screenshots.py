"""`make screenshots`: every page of the dashboard in both themes, and commands in a terminal, all real."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser.browsing import chromium
from tests.browser.people import invite
from tests.browser.scene import Scene, a_scene
from tests.terminal_pictures import draw, output_of, picture_of_a_run
from worker.local.demo.people import EMAIL
from worker.local.folders import StackFolder
from worker.local.scratch import throw_away_folder
from worker.local.stack import down

OUTPUT = Path(__file__).parents[2] / "docs" / "images" / "dashboard"
SIZE: ViewportSize = {"width": 1280, "height": 800}
#: As high as a graph of twenty tests and what stands above it.
TALL: ViewportSize = {"width": 1280, "height": 1040}
PHONE: ViewportSize = {"width": 390, "height": 780}

Scheme = Literal["light", "dark"]
#: Takes the picture of this name.
Camera = Callable[[str], Awaitable[None]]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main() -> None:
    """Set the scene, and take all pictures."""
    picture_of_a_run()
    with throw_away_folder() as folder:
        try:
            asyncio.run(_photograph(folder))
        finally:
            down(folder.path, folder=folder)


async def _photograph(folder: StackFolder) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    async with a_scene(folder) as scene, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for scheme in SCHEMES:
            await _album(browser, scene, scheme)
        await _phone(browser, scene)
        await browser.close()
        await asyncio.to_thread(_pipeline, scene)


async def _album(browser: Browser, scene: Scene, scheme: Scheme) -> None:
    context = await browser.new_context(viewport=SIZE, color_scheme=scheme)
    page = await context.new_page()
    take = _camera(page, scheme)
    await page.goto(scene.stack.url)
    await page.get_by_role("button", name="Sign in").wait_for()
    await take("sign-in")
    await _sign_in(page, scene)
    await take("projects")
    project = f"{scene.stack.url}/projects/{scene.project}"
    await _visit(page, f"{project}/members")
    link = await invite(page, email="grace@shop.example", role="editor")
    for name, address in _addresses(scene, project).items():
        await page.set_viewport_size(TALL if name.endswith("graph") else SIZE)
        await _visit(page, address)
        await take(name)
    await _unfolded(page, project, take)
    await _in_the_making(page, scene, project, take)
    await context.close()
    await _invited(browser, link, scheme)


def _addresses(scene: Scene, project: str) -> dict[str, str]:
    """What is to be seen without a click, by the name of its picture."""
    runs = f"{scene.stack.url}/runs"
    return {
        "runs": f"{project}/runs",
        "suites": f"{project}/suites",
        "suite": f"{project}/suites/{scene.suite}",
        "suite-graph": f"{project}/suites/{scene.suite}?view=graph",
        "test": f"{project}/tests/{scene.test}",
        "trends": f"{project}/trends",
        "environments": f"{project}/environments",
        "members": f"{project}/members",
        "account": f"{scene.stack.url}/account",
        "schedules": f"{project}/schedules",
        "tokens": f"{project}/tokens",
        "retention": f"{project}/retention",
        "run-graph": f"{runs}/{scene.bad_run}",
        "run-tests": f"{runs}/{scene.bad_run}?view=tests",
        "run-timeline": f"{runs}/{scene.good_run}?view=timeline",
        "run-context": f"{runs}/{scene.good_run}?view=context",
        "result": f"{runs}/{scene.bad_run}/tests/{scene.failed}",
        "result-blocked": f"{runs}/{scene.bad_run}/tests/{scene.blocked}",
    }


async def _unfolded(page: Page, project: str, take: Camera) -> None:
    """Pages that show more of whatever one opens."""
    for name in ("failures", "endpoints", "fixtures"):
        await _visit(page, f"{project}/{name}")
        await page.locator("[data-accordion-control]").last.click()
        await take(name)


async def _in_the_making(page: Page, scene: Scene, project: str, take: Camera) -> None:
    """A schedule, a run that is put together, and one that is under way."""
    await _new_schedule(page, project)
    await take("schedule")
    await _start(page, project)
    await take("start")
    await page.set_viewport_size(TALL)
    await _live(page, scene)
    await take("run-live")


async def _invited(browser: Browser, link: str, scheme: Scheme) -> None:
    """What somebody new sees who opens the link of an invitation."""
    context = await browser.new_context(viewport=SIZE, color_scheme=scheme)
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_label("Invitation").wait_for()
    await _camera(page, scheme)("invitation")
    await context.close()


async def _live(page: Page, scene: Scene) -> None:
    """A run whose slowest test is under way."""
    await page.goto(f"{scene.stack.url}/runs/{await scene.ask()}")
    await page.get_by_label("recommendations, running", exact=True).wait_for()
    await page.get_by_label("cancel-twice, passed", exact=True).wait_for()


async def _new_schedule(page: Page, project: str) -> None:
    """The dialogue in which a schedule is made."""
    await _visit(page, f"{project}/schedules")
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_role("textbox", name="Name").fill("working hours")
    await page.get_by_role("textbox", name="When").fill("*/30 8-18 * * mon-fri")
    await page.get_by_text("Every 30 minutes").wait_for()


async def _start(page: Page, project: str) -> None:
    """The dialogue in which a run is put together."""
    await _visit(page, f"{project}/runs")
    await page.get_by_role("button", name="Start a run").click()
    await page.get_by_role("dialog").wait_for()


async def _phone(browser: Browser, scene: Scene) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme="light", device_scale_factor=1)
    page = await context.new_page()
    take = _camera(page, "phone")
    await page.goto(scene.stack.url)
    await _sign_in(page, scene)
    for name, address in {
        "runs": f"{scene.stack.url}/projects/{scene.project}/runs",
        "run-graph": f"{scene.stack.url}/runs/{scene.bad_run}",
        "result": f"{scene.stack.url}/runs/{scene.bad_run}/tests/{scene.failed}",
        "schedules": f"{scene.stack.url}/projects/{scene.project}/schedules",
    }.items():
        await _visit(page, address)
        await take(name)
    await page.get_by_role("button", name="More").click()
    await take("more")
    await context.close()


def _pipeline(scene: Scene) -> None:
    """What a pipeline prints that asks for two suites, one of which is in trouble."""
    command = ["trigger", "-e", "local", "--suite", "shop-checkout", "--suite", "returns-desk"]
    address = {"BATON_URL": scene.stack.url, "BATON_KEY": scene.stack.publishable_key}
    with TemporaryDirectory() as home:
        token = scene.token
        printed = output_of(command, home=Path(home), settings={**address, "BATON_TOKEN": token})
    draw(command, printed, into="trigger.svg")


async def _sign_in(page: Page, scene: Scene) -> None:
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_role("textbox", name="Password").fill(scene.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Projects").wait_for()


async def _visit(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("heading", level=1).wait_for()
    await page.wait_for_load_state("networkidle")


def _camera(page: Page, suffix: str) -> Camera:
    async def take(name: str) -> None:
        # Charts draw themselves, and the graph finds its size.
        await page.wait_for_timeout(900)
        await page.screenshot(path=OUTPUT / f"{name}-{suffix}.png")

    return take


if __name__ == "__main__":
    main()
