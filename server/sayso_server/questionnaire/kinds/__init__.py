"""The kinds of questions, one file for each kind or for kinds that share code."""

from sayso_server.questionnaire.kinds.choice import CHOICE, RANKING
from sayso_server.questionnaire.kinds.consent import CONSENT
from sayso_server.questionnaire.kinds.contact import CONTACT
from sayso_server.questionnaire.kinds.date import DATE
from sayso_server.questionnaire.kinds.kind import Kind
from sayso_server.questionnaire.kinds.link import LINK
from sayso_server.questionnaire.kinds.matrix import MATRIX
from sayso_server.questionnaire.kinds.scale import CES, CSAT, NPS
from sayso_server.questionnaire.kinds.words import COMMENT, TEXT

KINDS: dict[str, Kind] = {
    "nps": NPS,
    "csat": CSAT,
    "ces": CES,
    "comment": COMMENT,
    "text": TEXT,
    "choice": CHOICE,
    "matrix": MATRIX,
    "ranking": RANKING,
    "consent": CONSENT,
    "contact": CONTACT,
    "date": DATE,
    "link": LINK,
}
