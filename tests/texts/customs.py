"""Rules for each language's texts. A native reader would notice a text that breaks one."""

from typing import NamedTuple

LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, DEVANAGARI, THAI, HANGUL, HAN, JAPANESE = (
    "LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "HANGUL", "CJK",
    "CJK|HIRAGANA|KATAKANA",
)  # fmt: skip


class Custom(NamedTuple):
    """later: the word for "later". easy, hard: the ends of the effort scale. addressed: forms that
    address the visitor; never: forms that must not occur. letters: Latin letters beyond a to z.
    script: the script's name in Unicode's letter names."""

    later: str
    easy: str
    hard: str
    addressed: str
    never: str
    letters: str = ""
    script: str = LATIN
    question: str = "?"


# fmt: off
CUSTOMS = {
    "en": Custom("later", "Very easy", "Very hard", r"\byou\b", r"\b(thou|we regret)\b"),
    "ar": Custom("لاحق", "سهل جدًا", "صعب جدًا", "إجابتك", "إجابتكم|أنتَ|أنتِ|حضرتك",
                 script=ARABIC, question="؟"),
    "bg": Custom("по-късно", "Много лесно", "Много трудно", r"\b(Ви|Вие|Вашият)\b",
                 r"\b([Тт]и|теб|[Тт]воят?)\b", script=CYRILLIC),
    "cs": Custom("později", "Velmi snadné", "Velmi obtížné", r"\b(vás|vám|Vaše)\b",
                 r"\b([Tt]y|tě|ti|[Tt]v(ůj|á|é|ou))\b", "áčďéěíňóřšťúůýž"),
    "da": Custom("senere", "Meget nemt", "Meget svært", r"\b(du|Du|Dit)\b",
                 r"\b(De|Dem|Deres)\b", "éæøå"),
    "de": Custom("später", "Sehr einfach", "Sehr schwierig", r"\b(Sie|Ihre?n?)\b",
                 r"\b([Dd]u|[Dd]ich|[Dd]eine?)\b", "äöüß"),
    "el": Custom("αργότερα", "Πολύ εύκολο", "Πολύ δύσκολο", r"\b(σας|εσείς)\b",
                 r"\b(εσύ|σου|εσένα)\b", script=GREEK, question=";"),
    "es": Custom("más tarde", "Muy fácil", "Muy difícil", r"\b([Ss]u|Usted)\b",
                 r"\b([Tt]ú|[Tt]u|te|ti|vuestr[ao]s?)\b", "áéíóúüñ"),
    "et": Custom("hiljem", "Väga lihtne", "Väga raske", r"\b([Tt]eie|teile|teilt)\b",
                 r"\b([Ss]ina|[Ss]inu|[Ss]a|sulle|sult)\b", "äõöüšž"),
    "fi": Custom("myöhemmin", "Erittäin helppoa", "Erittäin vaikeaa", r"Vastauksesi\b|\b[Ss]inulta",
                 r"\b([Tt]e|[Tt]eiltä|[Tt]eidän)\b|nne\b", "äöå"),
    "fr": Custom("plus tard", "Très facile", "Très difficile", r"\b([Vv]ous|[Vv]otre|vos)\b",
                 r"\b([Tt]u|te|toi|ton|ta|tes)\b", "àâçéèêëîïôùûüœ", question="\u202f?"),
    "he": Custom("אחר כך", "קל מאוד", "קשה מאוד", "שלכם|אתכם", r"\b(שלך|אתה|אותך)\b",
                 script=HEBREW),
    "hi": Custom("बाद में", "बहुत आसान", "बहुत मुश्किल", "आप", "तुम|तेर[ाी]", script=DEVANAGARI),
    "hu": Custom("később", "Nagyon könnyű", "Nagyon nehéz", r"\bÖn",
                 r"\b(te|neked|téged|tőled)\b|[Vv]álaszod", "áéíóöőúüű"),
    "id": Custom("nanti", "Sangat mudah", "Sangat sulit", r"\bAnda\b", r"\b([Kk]amu|[Kk]au)\b"),
    "it": Custom("più tardi", "Molto facile", "Molto difficile", r"\b([Tt]ua|ti)\b",
                 r"\b(Lei|Suo|Sua|Le|voi)\b", "àèéìòù"),
    "ja": Custom("後で", "とても簡単", "とても難しい", r"お聞かせください|ございます|ましたか",
                 r"あなた|だよ|くれ[。？]", script=JAPANESE, question="？"),
    "ko": Custom("나중에", "매우 쉬움", "매우 어려움", r"니까\?|니다\.|십시오\.",
                 r"세요|해요|당신", script=HANGUL),
    "lt": Custom("vėliau", "Labai lengva", "Labai sunku", r"Jūsų|Jums|vertinate",
                 r"\b([Tt]u|[Tt]avo|[Tt]au)\b", "ąčęėįšųūž"),
    "lv": Custom("vēlāk", "Ļoti viegli", "Ļoti grūti", r"\bJū(s|su)\b|\bJums\b",
                 r"\b([Tt]u|[Tt]ev|[Tt]av[sa]?)\b", "āčēģīķļņšūž"),
    "nb": Custom("senere", "Svært enkelt", "Svært vanskelig", r"\b(du|Du|ditt)\b",
                 r"\b(Dem|Deres|dere)\b", "éæøå"),
    "nl": Custom("later", "Heel makkelijk", "Heel moeilijk", r"\b[Jj]e\b",
                 r"\b([Uu]|[Uu]w|[Jj]ullie)\b", "éëêïóö"),
    "pl": Custom("później", "Bardzo łatwo", "Bardzo trudno", r"\b(Ci|Twoja|Ciebie)\b",
                 r"\b(Pan|Pani|Państw[oau])\b|ł[ae]ś\b", "ąćęłńóśźż"),
    "pt": Custom("mais tarde", "Muito fácil", "Muito difícil", r"\b([Ll]he|A sua)\b",
                 r"\b([Tt]u|te|teu|tua|ti|[Vv]ocê)\b", "áâãàçéêíóôõú"),
    "pt-BR": Custom("depois", "Muito fácil", "Muito difícil", r"\b[Vv]ocê\b",
                    r"\b([Tt]u|te|teu|tua|ti|lhe)\b", "áâãàçéêíóôõú"),
    "ro": Custom("mai târziu", "Foarte ușor", "Foarte greu", r"\b(vă|Vă|dumneavoastră)\b",
                 r"\b([Tt]u|tine|tău|ta|te)\b", "ăâîșț"),
    "sk": Custom("neskôr", "Veľmi ľahké", "Veľmi ťažké", r"\b(vás|vám|Vaša)\b",
                 r"\b([Tt]y|ťa|ti|[Tt]voj[aeu]?)\b", "áäčďéíľĺňóôŕšťúýž"),
    "sv": Custom("senare", "Mycket lätt", "Mycket svårt", r"\b(du|Du|Ditt)\b",
                 r"\b([Nn]i|[Ee]r|[Ee]rt)\b", "åäöé"),
    "th": Custom("ภายหลัง", "ง่ายมาก", "ยากมาก", "คุณ", "เธอ|ท่าน|ครับ|ค่ะ|คะ", script=THAI),
    "tr": Custom("sonra", "Çok kolay", "Çok zor", r"[ıiuü]n[ıiuü]z|\b[Ss]iz",
                 r"\b([Ss]en|[Ss]eni|[Ss]ana|[Ss]enin|[Yy]anıtın)\b", "çğıöşüâ"),
    "uk": Custom("пізніше", "Дуже легко", "Дуже важко", r"\b([Вв]и|вас|[Вв]аша)\b",
                 r"\b([Тт]и|тебе|тобі|[Тт]в(ій|оя|ою))\b", script=CYRILLIC),
    "vi": Custom("sau", "Rất dễ", "Rất khó", r"\b[Bb]ạn\b", r"[Qq]uý khách|\bmày\b",
                 "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    "zh-Hans": Custom("稍后", "非常容易", "非常困难", "您", "你", script=HAN, question="？"),
    "zh-Hant": Custom("稍後", "非常容易", "非常困難", "您", "你", script=HAN, question="？"),
    "zh-Hant-HK": Custom("稍後", "非常容易", "非常困難", "您", "你", script=HAN, question="？"),
}
# fmt: on
