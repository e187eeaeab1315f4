"""A shop on FastAPI, served by uvicorn."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Cookie, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

import sayso
from tests.applications.shop_page import NOBODY, PAGE, POLICY

page = Environment(autoescape=True).from_string(PAGE)
sayso.init()


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    sayso.flush()  # uvicorn re-raises the signal to exit, which skips `atexit`


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def home(user: str | None = Cookie(None)) -> HTMLResponse:
    nonce = secrets.token_urlsafe()
    html = page.render(tag=sayso.tag(user, nonce=nonce), user=user or NOBODY, nonce=nonce)
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY.format(nonce=nonce)})


@app.get("/login")
async def log_in(user: str) -> RedirectResponse:
    response = RedirectResponse("/", 303)
    response.set_cookie("user", user)
    return response


@app.get("/logout")
async def log_out() -> RedirectResponse:
    response = RedirectResponse("/?left", 303)
    response.delete_cookie("user")
    return response


@app.post("/order")
async def order(n: str, user: str = "", known: str | None = Cookie(None, alias="user")) -> None:
    who = user or known
    sayso.track(who, "order_completed", {"n": n}, id=f"{who}-{n}")
