"""E-mail addresses, links that carry an identity, handles, and secrets that a shop's texts may hold."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.scan import Expression, Shape, ShopRecognizer, gates_of

# Any domain, `.example` and one without a dot included: an address that cannot be delivered names a person, too.
_SIGN = Shape("@", gate="@")
_DOMAIN = Expression(r"(?=[^\W\d_]|\d+[^\W\d]) [\w-]{1,63} (?:\.[\w-]{1,63}){0,8}")
_MAX_LOCAL = 64
_IN_LOCAL = frozenset(".+%'&-_")
# `jan (at) post (dot) example`, `jan [arroba] correo punto example`
_SPELLED = Expression(
    r"""
    (?<![\w.+-]) [\w.+-]{1,64} \s? [\[({<] \s? (?:at|arroba|apenstaartje|chiocciola|malpa|małpa|snabel-?a|kukac) \s?
    [\])}>] \s? [\w-]{1,63}
    (?: \s? (?: \. | [\[({<] \s? (?:dot|punt|punkt|point|punto|ponto|kropka) \s? [\])}>] | \s (?:dot|punkt) \s ) \s?
    [\w-]{2,63} ){0,4}
    """,
    gate=r"[\[({<]\s?(?:at|arroba|apenst|chioc|ma.{1,2}pa|snabel|kukac)",
)
# `wietske punt dijkhuizen apenstaartje post punt example`: without a word for the dot the sign is but a word.
_DOT = r"(?: punt | dot | punkt | point | punto | ponto | kropka | piste | pont )"
_SPOKEN = Expression(
    rf"""
    (?<![\w.+-]) [\w+-]{{1,64}} (?: \s? \. \s? [\w-]{{1,63}} | \s {_DOT} \s [\w-]{{1,63}} ){{0,3}} \s
    (?: at | arroba | arobase | apenstaartje | chiocciola | ma[lł]pa | snabel-?a | kukac | klammeraffe ) \s
    [\w-]{{1,63}} (?: \s {_DOT} \s [\w-]{{2,63}} | \.[a-z]{{2,63}} ){{1,4}} (?! [\w@] | \.\w )
    """,
    gate=r"\s(?:at|arroba|arobase|apenst|chioc|ma.{1,2}pa|snabel|kukac|klammer)[a-z-]*\s",
)
_SPACED = Expression(
    r"(?<![\w.+-]) [\w.+-]{1,64} \s{1,2} @ \s{1,2} [\w-]{1,63} (?: \s? \. \s? [\w-]{2,63} ){1,4}", gate=r"\s@\s"
)
_URL = Expression(r"""(?<![\w@]) (?: https?:// | www\. ) [^\s<>"']{3,2000}""", gate=r"(?:https?://|www\.)")
_PERSONAL_URL = Expression(
    r""".*(?: @ | %40 | [?&;/](?:key|token|email|e-mail|mail|login|user|username|password|hash|sig|auth|phone|tel
    |name|naam|nom|nombre|nome|firstname|lastname|first_name|last_name|to|recipient|customer|klant|kunde|client)[=/]
    | order-(?:received|pay) | view-order | lost-password | wc_order_ | /(?:in|profile|user|u|people)/
    # Whoever has a payment's or a magic link is let in.
    | (?: checkout | pay | payment | payments | betaal | betalen | invoice | magic | reset | verify
    | select-method | pay-link )
      / (?: [\w-]{1,24} / ){0,2} (?=[\w-]*\d) [\w-]{8,} ).*"""
)
_LOGIN = Expression(
    r"""
    \b (?: user(?:\s?name)? | login | log-?in | gebruiker(?:snaam)? | benutzer(?:name)? | nutzername
    | identifiant | utilisateur
      | usuari[oa] | utente | u[żz]ytkownik | anv[äa]ndar(?:e|namn) | utilizador | brugernavn | account(?:naam)? )
    [\s:=]{1,3} ["'„“«]? (?P<name> (?=[\w.-]*[\d_]) \p{L} [\w.-]{2,39} ) (?<![.-])
    """,
    gate=r"(?:user|login|log-in|gebruiker|nutzer|identif|utilis|usuari|utente|u.{1,2}ytkow|anv.{1,2}ndar|utiliz|bruger|account)"
    r".*[0-9_]",
)
_HANDLE = Expression(r"(?<![\w@.]) @ [a-zA-Z_][\w.]{2,29} (?<!\.)", gate=r"(?:^|[^a-z0-9_@.])@[a-z_\x80-\xff]")
_SECRET = Expression(
    r"""
    \b (?: wc_order_[a-z0-9]{6,40} | (?:basic|bearer)\s[a-z0-9+/._~-]{12,400}={0,2} | c[ks]_[0-9a-f]{20,64}
    | whsec_[\w-]{8,80} | sk-[\w-]{16,200} | hf_[a-z0-9]{20,60}
    | AKIA[0-9A-Z]{16}
      | gh[pousr]_[a-z0-9]{20,80} ) (?![a-z0-9])
    """,
    gate=r"(?:wc_order_|basic\s|bearer\s|c[ks]_|whsec_|sk-|hf_|akia|gh[pousr]_)",
)


class EmailRecognizer(ShopRecognizer):
    """E-mail addresses, also spelled out against robots."""

    entities = ("email",)
    gates = gates_of(_SIGN, _SPELLED, _SPOKEN, _SPACED)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """As written, and as spelled out."""
        at = text.find("@")
        while at >= 0:
            start, domain = _local_part(text, at), _DOMAIN.at(text, at + 1)
            if start < at and domain:
                yield self.hit(start, domain.end(), "email", 0.99)
            at = text.find("@", at + 1)
        for match in _SPELLED.over(text):
            yield self.hit(match.start(), match.end(), "email", 0.8)
        for spelled in (_SPOKEN, _SPACED):
            for match in spelled.over(text):
                yield self.hit(match.start(), match.end(), "email", 0.8)


class LinkRecognizer(ShopRecognizer):
    """Links that name a person or open an order, handles, and keys."""

    entities = ("url", "username", "credential")
    gates = gates_of(_URL, _LOGIN, _HANDLE, _SECRET)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Plain links to shops and carriers stay."""
        for match in _URL.over(text):
            if _PERSONAL_URL.whole(match.group()):
                yield self.hit(match.start(), match.end(), "url", 0.9)
        for match in _LOGIN.over(text):
            yield self.hit(match.start("name"), match.end("name"), "username", 0.8)
        for match in _HANDLE.over(text):
            yield self.hit(match.start(), match.end(), "username", 0.6)
        for match in _SECRET.over(text):
            yield self.hit(match.start(), match.end(), "credential", 0.99)


def _local_part(text: str, at: int) -> int:
    """Where the part of an address before the sign at position `at` begins; `at` itself when there is none."""
    start = at
    while start > max(0, at - _MAX_LOCAL) and (text[start - 1].isalnum() or text[start - 1] in _IN_LOCAL):
        start -= 1
    return start
