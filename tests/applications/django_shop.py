"""A shop on Django, behind gunicorn."""

import os
import secrets

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

import sayso
from tests.applications.shop_page import NOBODY, PAGE, POLICY

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    SECRET_KEY=os.environ["SHOP_SECRET"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
sayso.init()


def home(request: HttpRequest) -> HttpResponse:
    user, nonce = request.session.get("user"), secrets.token_urlsafe()
    context = {"tag": sayso.tag(user, nonce=nonce), "user": user or NOBODY, "nonce": nonce}
    html = engines["django"].from_string(PAGE).render(context)
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY.format(nonce=nonce)})


def log_in(request: HttpRequest) -> HttpResponse:
    request.session["user"] = request.GET["user"]
    return HttpResponseRedirect("/")


def log_out(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return HttpResponseRedirect("/?left")


def order(request: HttpRequest) -> HttpResponse:
    user = request.GET.get("user") or request.session["user"]
    number = request.GET["n"]
    sayso.track(user, "order_completed", {"n": number}, id=f"{user}-{number}")
    return HttpResponse()


urlpatterns = [
    path("", home),
    path("login", log_in),
    path("logout", log_out),
    path("order", order),
]
application = get_wsgi_application()
