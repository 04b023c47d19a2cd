"""The shop's goods. Several names are people's or places' names: hard negatives for every detector of persons."""

from decimal import Decimal

from infra.local.shop.model import Product


def _simple(sku: str, name: str, price: str, theme: str) -> tuple[Product, ...]:
    return (Product(sku, name, Decimal(price), theme),)


def _variable(sku: str, name: str, price: str, theme: str, *options: dict[str, str]) -> tuple[Product, ...]:
    """A variable product and its variations; an option maps attribute labels to values."""
    variations = tuple(
        Product(
            sku="-".join([sku, *(value.upper() for value in option.values())]),
            name=f"{name} - {', '.join(option.values())}",
            price=Decimal(price),
            theme=theme,
            parent_sku=sku,
            attributes=tuple((label.lower(), label, value) for label, value in option.items()),
        )
        for option in options
    )
    return (Product(sku, name, Decimal(price), theme, variable=True), *variations)


CATALOGUE: tuple[Product, ...] = (
    *_simple("KK-LAMP-01", "Bureaulamp Marie", "49.95", "desk"),
    *_simple("KK-STOEL-02", "Draaistoel Jansen", "219.00", "desk"),
    *_simple("KK-MOK-03", "Koffiemok Delfts Blauw", "12.50", "coffee"),
    *_simple("KK-NOTE-04", "Notitieboek A5", "9.95", "writing"),
    *_simple("KK-PLANK-05", "Snijplank eiken", "34.00", "kitchen"),
    *_variable("KK-SCHORT-06", "Keukenschort linnen", "29.95", "kitchen",
               {"Maat": "M", "Kleur": "Blauw"}, {"Maat": "L", "Kleur": "Blauw"}),
    *_variable("KK-PEN-07", "Vulpen Florentina", "64.50", "writing", {"Punt": "F"}, {"Punt": "M"}),
    *_simple("KK-INKT-08", "Inktpot Johannes", "14.25", "writing"),
    *_simple("KK-TAFEL-09", "Zit-sta bureau Anders", "449.00", "desk"),
    *_simple("KK-MAT-10", "Bureauonderlegger vilt", "24.95", "desk"),
    *_simple("KK-KOFFIE-11", "Espressobonen Antonio", "15.95", "coffee"),
    *_simple("KK-MOLEN-12", "Koffiemolen Giuseppe", "79.00", "coffee"),
    *_simple("KK-KAN-13", "Theekan Charlotte", "39.50", "coffee"),
    *_simple("KK-MES-14", "Koksmes Albert", "89.00", "kitchen"),
    *_simple("KK-PAN-15", "Braadpan Amélie", "129.00", "kitchen"),
    *_simple("KK-DOEK-16", "Theedoek set Van Gogh", "18.75", "kitchen"),
    *_variable("KK-KLOK-17", "Wandklok Mondriaan", "59.00", "home", {"Kleur": "Rood"}, {"Kleur": "Zwart"}),
    *_simple("KK-VAAS-18", "Vaas Astrid", "44.00", "home"),
    *_simple("KK-KAARS-19", "Kaarsenset Lucia", "21.50", "home"),
    *_simple("KK-KUSSEN-20", "Kussen Bruges", "32.00", "home"),
    *_simple("KK-PLAID-21", "Plaid Edinburgh", "54.95", "home"),
    *_simple("KK-KAART-22", "Kaartenset Anne", "11.95", "writing"),
    *_simple("KK-GIETER-23", "Gieter Willem", "27.50", "garden"),
    *_simple("KK-POT-24", "Terracotta pot Firenze", "19.95", "garden"),
)  # fmt: skip

BY_SKU = {product.sku: product for product in CATALOGUE}

COMPANIONS: dict[str, tuple[str, ...]] = {
    "KK-LAMP-01": ("KK-MAT-10", "KK-STOEL-02"),
    "KK-STOEL-02": ("KK-TAFEL-09", "KK-LAMP-01"),
    "KK-TAFEL-09": ("KK-MAT-10", "KK-STOEL-02"),
    "KK-MOLEN-12": ("KK-KOFFIE-11", "KK-MOK-03"),
    "KK-KOFFIE-11": ("KK-MOK-03", "KK-MOLEN-12"),
    "KK-KAN-13": ("KK-MOK-03",),
    "KK-PEN-07-F": ("KK-INKT-08", "KK-NOTE-04"),
    "KK-PEN-07-M": ("KK-INKT-08", "KK-NOTE-04"),
    "KK-NOTE-04": ("KK-KAART-22",),
    "KK-MES-14": ("KK-PLANK-05", "KK-DOEK-16"),
    "KK-PAN-15": ("KK-DOEK-16", "KK-SCHORT-06-L-BLAUW"),
    "KK-PLANK-05": ("KK-MES-14",),
    "KK-VAAS-18": ("KK-KAARS-19",),
    "KK-KUSSEN-20": ("KK-PLAID-21",),
    "KK-GIETER-23": ("KK-POT-24",),
}
"""What is bought together; a recommender should find these pairs again."""
