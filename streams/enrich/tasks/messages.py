"""Words of the cart recovery message, by language (ISO 639-1): examples for the model, and what would be a promise."""

NAMES = {"en": "English", "nl": "Dutch", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian"}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi {first_name}, you left something in your cart at {shop}. It is still waiting for you: {cart_link}",
        "Hello {first_name}, your cart at {shop} is saved. You can go on where you left off here: {cart_link}",
    ),
    "nl": (
        "Hoi {first_name}, er ligt nog iets in je winkelwagen bij {shop}. Het wacht hier op je: {cart_link}",
        "Beste {first_name}, je winkelwagen bij {shop} is bewaard. Je kunt hier verder gaan: {cart_link}",
    ),
    "de": (
        "Hallo {first_name}, in deinem Warenkorb bei {shop} liegt noch etwas. Hier wartet er auf dich: {cart_link}",
        "Hallo {first_name}, dein Warenkorb bei {shop} ist gespeichert. Hier kannst du weitermachen: {cart_link}",
    ),
    "fr": (
        "Bonjour {first_name}, il reste quelque chose dans votre panier chez {shop}. Il vous attend ici : {cart_link}",
        "Bonjour {first_name}, votre panier chez {shop} est enregistré. Vous pouvez continuer ici : {cart_link}",
    ),
    "es": (
        "Hola {first_name}, todavía hay algo en tu carrito de {shop}. Te está esperando aquí: {cart_link}",
        "Hola {first_name}, tu carrito de {shop} está guardado. Puedes continuar aquí: {cart_link}",
    ),
    "it": (
        "Ciao {first_name}, c'è ancora qualcosa nel tuo carrello da {shop}. Ti aspetta qui: {cart_link}",
        "Ciao {first_name}, il tuo carrello da {shop} è salvato. Puoi continuare da qui: {cart_link}",
    ),
}

_PROMISES = """
free discount sale offer voucher coupon guarantee tomorrow today hours euro euros pound pounds stock
gratis korting aanbieding actie vandaag morgen voorraad
kostenlos rabatt angebot gutschein heute lager
gratuit gratuite remise promo réduction demain
gratuita gratuito descuento oferta hoy mañana
sconto offerta buono oggi domani
"""
INVENTED = frozenset(_PROMISES.split())
"""Words of a promise that nobody made: a message with one is refused."""
