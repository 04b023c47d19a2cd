"""A customer as the REST API shows it, from wp_users and wp_usermeta.

WordPress keeps session tokens and every plugin's secrets in the same meta: only what is named here is kept.
Source: WooCommerce, WC_Customer_Data_Store, WC_REST_Customers_Controller; WordPress, WP_User::get_role_caps.
"""

from collections.abc import Mapping, Sequence

from streams.sources.assembly.dates import epoch, gmt
from streams.sources.assembly.order import ADDRESS, address
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, text
from streams.sources.php import PhpError, unserialize

_BILLING, _SHIPPING = (*ADDRESS, "email", "phone"), (*ADDRESS, "phone")
KEPT_META = frozenset(
    {"first_name", "last_name", "last_update", "paying_customer"}
    | {f"billing_{name}" for name in _BILLING}
    | {f"shipping_{name}" for name in _SHIPPING}
)
# The roles stand under the table prefix: wp_capabilities.
_ROLES = "capabilities"
DEFAULT_ROLE = "customer"


def is_kept(key: str) -> bool:
    """Whether a customer is rendered from meta values of this key."""
    return key in KEPT_META or key.endswith(_ROLES)


def payload(rows: Rows, _parts: Sequence[Part] = ()) -> Json | None:
    """The customer; None while the user's row, or that of the roles, has not come."""
    user, meta = rows.one("users"), rows.meta("usermeta")
    roles = next((value for key, value in meta.items() if key.endswith(_ROLES)), None)
    if user is None or roles is None:
        return None
    return {
        "id": identifier(user, "ID"),
        "date_created_gmt": gmt(user, "user_registered"),
        "date_modified_gmt": epoch(meta, "last_update"),
        "email": text(user, "user_email"),
        "first_name": meta.get("first_name", ""),
        "last_name": meta.get("last_name", ""),
        "role": _role(roles),
        "username": text(user, "user_login"),
        "billing": _address(meta, "billing_", "email", "phone"),
        "shipping": _address(meta, "shipping_", "phone"),
        "is_paying_customer": meta.get("paying_customer") == "1",
        "meta_data": [],
    }


def _role(serialised: str) -> str:
    """The first role; what cannot be read is no role to WordPress either, and WooCommerce then says customer."""
    try:
        roles = unserialize(serialised)
    except PhpError:
        return DEFAULT_ROLE
    given = roles.items() if isinstance(roles, Mapping) else ()
    return next((role for role, holds in given if isinstance(role, str) and holds), DEFAULT_ROLE)


def _address(meta: Mapping[str, str], prefix: str, *more: str) -> dict[str, str]:
    return address({key.removeprefix(prefix): value for key, value in meta.items() if key.startswith(prefix)}, *more)
