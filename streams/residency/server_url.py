"""The root URL of a server, written so that no two programs can read it differently. Pure."""

from urllib.parse import urlsplit

from streams.residency.addresses import read_host


def root(url: str) -> str:
    """The URL as `scheme://host[:port]`, in small letters; ValueError says rule and remedy where it is no such root."""
    if any(character <= " " or character in "\\%" for character in url):
        raise ValueError("the URL holds a blank, a backslash or a percent sign: write the server's root alone")
    try:
        parts = urlsplit(url)
        port = parts.port
        if port == 0:
            raise ValueError
    except ValueError:
        raise ValueError("the URL has no valid port or host: write http://host:port") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("the URL begins with neither http:// nor https://: name a server that speaks one of them")
    if "@" in parts.netloc:
        raise ValueError("the URL holds a user name or password: put the key into a file, and name it in api_key_file")
    if parts.path not in ("", "/") or "?" in url or "#" in url:
        raise ValueError("the URL has a path, query or fragment: write the server's root alone")
    host = host_of(url)
    read_host(host)
    return f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")


def host_of(url: str) -> str:
    """Address or name in small letters; IPv6 in brackets."""
    netloc = urlsplit(url).netloc.lower()
    before, colon, port = netloc.rpartition(":")
    return before if colon and "]" not in port else netloc
