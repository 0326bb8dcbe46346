"""The three layers in which courts test electronic evidence: carrier, data, content (载体、数据、内容).

Carrier: were the machine and the hands that held it sound. Data: are these the bytes that were seen. Content: do they
show what they are said to show, and who says so.
"""

from node.protocol.verdict import Words

CARRIER, DATA, CONTENT = ("carrier", "载体"), ("data", "数据"), ("content", "内容")

LAYERS: dict[str, Words] = {
    "bundle": DATA,
    "header": DATA,
    "block_hash": DATA,
    "block_anchors": DATA,
    "history": DATA,
    "receipt": DATA,
    "report": DATA,
    "signatures": DATA,
    "finding": DATA,
    "configuration": DATA,
    "payloads": DATA,
    "anchors": DATA,
    "status": CONTENT,
    "ask": CONTENT,
    "answers": CONTENT,
    "model": CONTENT,
    "captures": CARRIER,
    "custody": CARRIER,
    "recusals": CONTENT,
    "quality": CONTENT,
    "peers": CONTENT,
    "statement": CONTENT,
    "registries": DATA,
}


def layered(part: str, english: str, chinese: str) -> Words:
    """Words under the layer that they belong to."""
    layer = LAYERS[part]
    return f"{layer[0]}: {english}", f"{layer[1]}：{chinese}"
