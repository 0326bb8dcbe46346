"""The parts of evidence files in plain words, for whoever shows a verdict."""

from node.protocol.verdict import Words

PARTS: dict[str, Words] = {
    "bundle": ("the file", "文件"),
    "header": ("block header", "区块头"),
    "block_hash": ("block hash", "区块哈希"),
    "block_anchors": ("time anchors of blocks", "区块时间锚定"),
    "history": ("history of the validators", "验证节点变更历史"),
    "receipt": ("receipt", "收据证明"),
    "report": ("report", "报告"),
    "signatures": ("signatures", "签名"),
    "finding": ("finding", "认定"),
    "configuration": ("configuration", "联盟配置"),
    "ask": ("question", "询问"),
    "answers": ("answers", "答复"),
    "payloads": ("payloads", "原始载荷"),
    "model": ("model", "模型"),
    "captures": ("capture reports", "采集报告"),
    "custody": ("custody log", "保管链记录"),
    "recusals": ("declarations of interest", "利害关系声明"),
    "quality": ("record of the model", "模型历史记录"),
    "peers": ("inputs of context factors", "上下文特征依据"),
    "anchors": ("anchors of observations", "观测锚定证明"),
    "status": ("status", "状态证明"),
    "statement": ("statement on the subject", "主体归属声明"),
    "marketplace": ("marketplace", "平台"),
    "seller_id": ("seller", "经营者"),
    "registries": ("registries with their findings", "登记合约与认定"),
}


def part_words(name: str) -> Words:
    """A part's name in English and Chinese; one that is not known stands for itself."""
    return PARTS.get(name, (name, name))
