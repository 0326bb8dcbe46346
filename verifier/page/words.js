/** What the page itself says, in English and Chinese; the verdict's own words come from the verifier. */

/** @typedef {"en" | "zh"} Language */
/** @typedef {import("../src/verdict.js").Words} Words */

export const LANGUAGE_TAGS = { en: "en", zh: "zh-Hans" };

/** @satisfies {Record<string, Words>} */
export const WORDS = {
  brand: ["Touchstone 试金石", "试金石 Touchstone"],
  title: ["Evidence verifier", "证据核验"],
  other_language: ["中文", "English"],
  heading: ["Check an evidence file", "核验证据文件"],
  lead: [
    "This page checks an evidence bundle or a subject file against a trust root, on this computer alone. It sends nothing and loads nothing: you may cut the network first.",
    "本页仅在本机运行，依据信任根核验证据包或主体全部认定文件。本页不发送、不加载任何数据，核验前可先断开网络。",
  ],
  trust_title: ["Your trust root", "您的信任根"],
  trust_drop: ["Drop the trust root here, or choose it", "将信任根文件拖放到此处，或点击选择"],
  trust_hint: [
    "It says which chain and which validators you trust. Take it from a source of your own, never from whoever hands over the evidence.",
    "信任根载明您信任哪条链、哪些验证节点。请自行从可靠来源取得，切勿由提交证据的一方提供。",
  ],
  trust_compare: [
    "Compare this id with the one published by a bureau that you trust; over the telephone, read the digits.",
    "请与您信任的机关所公布的编号核对；电话核对时，可逐组念出数字。",
  ],
  trust_bad: ["This file is no trust root", "此文件不是信任根"],
  bundle_title: ["The evidence file", "证据文件"],
  bundle_drop: ["Drop the evidence file here, or choose it", "将证据文件拖放到此处，或点击选择"],
  bundle_hint: [
    "The file that you were handed: the bundle of one finding, or all findings on one subject. One JSON file.",
    "您收到的证据文件：一项认定的证据包，或一个主体的全部认定。为单个 JSON 文件。",
  ],
  unreadable_file: ["This file could not be read", "无法读取此文件"],
  choose_other: ["choose another", "另选文件"],
  id: ["Id", "编号"],
  spoken_id: ["In digits", "数字编号"],
  custody: ["Keys", "密钥"],
  chain: ["Chain", "链"],
  reach: ["Reach", "范围"],
  file: ["File", "文件"],
  size: ["Size", "大小"],
  digest: ["SHA-256", "SHA-256"],
  at: ["Judged as of", "核验基准时间"],
  at_hint: ["The age of the status is judged at this time; it may be changed.", "状态是否过时，以此时间判断；可修改。"],
  checking: ["Checking …", "正在核验……"],
  waiting: ["Choose both files to get the verdict.", "请选择上述两个文件，以得出结论。"],
  verdict: ["Verdict", "结论"],
  part: ["Altered part", "被改动的部分"],
  also: ["Also", "同时"],
  claims: ["What is proven", "已证明的内容"],
  not_proven: ["What this does not prove", "本核验不能证明的内容"],
  steps: ["The checks, one by one", "逐项核验"],
  legend: [
    "Proven: follows from the validators' seals and the bureaus' signatures. Linked: fits what is proven. Informative: said by the exporter or not given.",
    "已证明：由验证节点封签与机关签名得出。相关联：与已证明的内容相符。供参考：由导出方陈述或未附。",
  ],
  proven: ["proven", "已证明"],
  linked: ["linked", "相关联"],
  informative: ["informative", "供参考"],
  failed: ["does not hold", "不成立"],
  record: ["What was checked", "核验对象"],
  trust_root: ["Trust root", "信任根"],
  bundle_file: ["Evidence file", "证据文件"],
  judged: ["Judged as of", "核验基准时间"],
  print: ["Print this report", "打印本报告"],
};

/** The names of the parts of evidence files. @satisfies {Record<string, Words>} */
export const PARTS = {
  bundle: ["file", "文件"],
  header: ["block", "区块"],
  receipt: ["receipt", "收据"],
  report: ["report", "报告"],
  signatures: ["signatures", "签名"],
  finding: ["finding", "认定"],
  configuration: ["configuration", "联盟配置"],
  ask: ["question", "询问"],
  answers: ["answers", "答复"],
  payloads: ["payloads", "原始载荷"],
  model: ["model", "模型"],
  anchors: ["anchors", "锚定"],
  status: ["status", "状态"],
  block_anchors: ["block anchors", "区块锚定"],
  history: ["history", "链史"],
  captures: ["captures", "采集报告"],
  custody: ["custody", "保管链"],
  recusals: ["recusals", "利害关系声明"],
  quality: ["model's record", "模型记录"],
  peers: ["peers", "对照观测"],
  statement: ["statement", "主体声明"],
  marketplace: ["marketplace", "平台"],
  seller_id: ["seller", "经营者"],
  registries: ["registries", "登记合约"],
};
