"""`python -m infra.local.shop`."""

from infra.local.shop.commands import shop

if __name__ == "__main__":
    shop()
