"""What travels over HTTP: TGI's requests and responses, as its OpenAPI document describes them."""
