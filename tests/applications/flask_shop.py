"""A shop on Flask behind `gunicorn --preload`, whose orders are completed by Celery."""

import os
import secrets

from celery import Celery
from flask import Flask, redirect, render_template_string, request, session
from werkzeug import Response

import sayso
from tests.applications.shop_page import NOBODY, PAGE, POLICY

queue = Celery("shop", broker=os.environ["SHOP_BROKER"])
application = Flask("shop")
application.secret_key = os.environ["SHOP_SECRET"]
sayso.init()


@queue.task  # type: ignore[untyped-decorator]  # Celery is untyped
def complete(user: str, number: str) -> None:
    sayso.track(user, "order_completed", {"n": number}, id=f"{user}-{number}")


@application.get("/")
def home() -> Response:
    user, nonce = session.get("user"), secrets.token_urlsafe()
    tag = sayso.tag(user, nonce=nonce)
    html = render_template_string(PAGE, tag=tag, user=user or NOBODY, nonce=nonce)
    return Response(
        html, mimetype="text/html", headers={"Content-Security-Policy": POLICY.format(nonce=nonce)}
    )


@application.get("/login")
def log_in() -> Response:
    session["user"] = request.args["user"]
    return redirect("/")


@application.get("/logout")
def log_out() -> Response:
    session.clear()
    return redirect("/?left")


@application.post("/order")
def order() -> str:
    complete.delay(request.args.get("user") or session["user"], request.args["n"])
    return ""
