"""The records of Inland: one .avsc each, fields annotated with what they are, and the codec for the wire.

Annotations on a field:

- ``pii``: class of personal datum the field holds (``none`` when it holds none). A string field without
  the annotation counts as free text: fail closed.
- ``redacted``: how the value was treated before it came here (``token``, ``generalise``, ``detect``). A field
  with a ``pii`` class and no ``redacted`` is personal data as it came.

A record says in ``zone`` where it may live: ``restricted``, ``redacted`` or ``audit``.
"""
