import type { Receipt } from "../schemas/receipt.ts";

/** The words of a receipt. Reasons of failures come from the host, in its language. */
export interface ReceiptTexts {
  readonly direction: "ltr" | "rtl";
  readonly title: string;
  readonly answer: Readonly<Record<Receipt["answer"], readonly [head: string, meaning: string]>>;
  readonly check: Readonly<Record<Receipt["checks"][number]["check"], string>>;
  readonly result: Readonly<Record<Receipt["checks"][number]["result"], string>>;
  readonly purpose: Readonly<Record<"release" | "approve", string>>;
  readonly mode: Readonly<Record<Receipt["policy"]["mode"], string>>;
  readonly egress: Readonly<Record<NonNullable<Receipt["egress"]>["verdict"], string>>;
  readonly words: Readonly<Record<
    | "bundle" | "name" | "place" | "digest" | "modelDigest" | "checkpointDigest" | "size" | "marks" | "none" | "checks" | "whatWasChecked" | "outcome" | "tool" | "signatures" | "signer" | "unknownSigner" | "key" | "purpose" | "statedAt"
    | "statedIsNoProof" | "over" | "fault" | "policy" | "needed" | "lists" | "made" | "by" | "system" | "contents" | "file" | "signedReceipt" | "unsignedReceipt" | "checkReceipt" | "officer" | "date" | "why" | "chain" | "notRead" | "egress" | "noEvidence" | "evidence" | "led",
    string>>;
}

const en: ReceiptTexts = {
  direction: "ltr",
  title: "Receipt of a verification",
  answer: {
    verified: ["Verified", "Every byte is what was packed, and those who had to sign have signed."],
    notSigned: ["Not signed", "Every byte is what the bundle itself says, but nobody vouches for the bundle."],
    wrong: ["Wrong", "The bundle is signed, and the signature does not hold for this site."],
    broken: ["Wrong: not whole", "The bundle is not what it says it is."],
  },
  check: {
    documents: "Layout, index and manifest are well formed and have their digests", strangers: "Nothing lies in the bundle that its manifest does not name", blobs: "Every file was read whole and has its SHA-256",
    model: "The files are those of the model package, no more and no fewer", sums: "SHA256SUMS names every file with its digest", signatures: "Signatures", policy: "The site's policy is met",
  },
  result: { passed: "passed", failed: "failed", notDone: "not done" },
  purpose: { release: "release", approve: "approval at a border" },
  mode: { off: "off: signatures decide nothing", warn: "warn: what is not verified is told", enforce: "enforce: what is not verified is refused" },
  egress: {
    none: "Nothing left: every socket of every process was seen, and none led out of this machine.", confined: "The job ran where no network is; nobody watched what it tried.",
    outside: "Something tried to leave.", unclear: "The trace does not show everything: it proves nothing.",
  },
  words: {
    bundle: "Bundle", name: "Name", place: "Where", digest: "Digest", modelDigest: "Model digest", checkpointDigest: "Checkpoint digest", size: "Size", marks: "Marks", none: "none", checks: "Checks", whatWasChecked: "Check", outcome: "Result", tool: "With",
    signatures: "Signatures", signer: "Signer", unknownSigner: "nobody known here", key: "Key", purpose: "As", statedAt: "Stated time", statedIsNoProof: "The time is what the signer says; it proves nothing by itself.", over: "Put over", fault: "Does not count",
    policy: "Policy", needed: "Signatures needed", lists: "Revocation lists, valid until", made: "Made", by: "By", system: "System", contents: "Contents", file: "File", signedReceipt: "This receipt is signed with the site's key",
    unsignedReceipt: "This receipt is not signed: nobody vouches for it but whoever hands it over.", checkReceipt: "To check it", officer: "Security officer", date: "Date", why: "Why", chain: "Certificates, valid until", notRead: "could not be read",
    egress: "Network self-test", noEvidence: "not run here", evidence: "Digest of the evidence", led: "Connections that led out",
  },
};

const zh: ReceiptTexts = {
  direction: "ltr",
  title: "验证回执",
  answer: {
    verified: ["已验证", "每个字节都与打包时一致，须签名者均已签名。"],
    notSigned: ["未签名", "每个字节都与交付包自身所述一致，但无人为其担保。"],
    wrong: ["错误", "交付包已签名，但该签名在本站点不成立。"],
    broken: ["错误：不完整", "交付包与其自身所述不符。"],
  },
  check: {
    documents: "布局、索引与清单格式正确且摘要相符", strangers: "交付包中没有清单之外的文件", blobs: "每个文件均已完整读取且 SHA-256 相符", model: "文件恰为模型包所列，不多不少", sums: "SHA256SUMS 列出了每个文件及其摘要", signatures: "签名", policy: "符合站点策略",
  },
  result: { passed: "通过", failed: "未通过", notDone: "未进行" },
  purpose: { release: "发布", approve: "边界批准" },
  mode: { off: "关闭：签名不作判定依据", warn: "警告：未验证者予以告知", enforce: "强制：未验证者予以拒绝" },
  egress: { none: "无任何外联：已观察到每个进程的每个套接字，均未通向本机之外。", confined: "任务在无网络的环境中运行；未观察其尝试。", outside: "有进程试图外联。", unclear: "跟踪记录不完整：不能证明任何事。" },
  words: {
    bundle: "交付包", name: "名称", place: "位置", digest: "摘要", modelDigest: "模型摘要", checkpointDigest: "检查点摘要", size: "大小", marks: "标记", none: "无", checks: "检查", whatWasChecked: "检查项", outcome: "结果", tool: "工具", signatures: "签名", signer: "签名者",
    unknownSigner: "本站点不认识", key: "密钥", purpose: "身份", statedAt: "声明时间", statedIsNoProof: "时间由签名者声明，本身不构成证明。", over: "覆盖的签名", fault: "不计入", policy: "策略", needed: "所需签名", lists: "吊销列表及有效期", made: "生成于",
    by: "执行者", system: "系统", contents: "内容", file: "文件", signedReceipt: "本回执由站点密钥签名", unsignedReceipt: "本回执未签名：除递交者外无人为其担保。", checkReceipt: "核验方法", officer: "安全负责人", date: "日期", why: "原因", chain: "证书及有效期", notRead: "无法读取", egress: "网络自检", noEvidence: "本机未进行", evidence: "证据摘要", led: "通向外部的连接",
  },
};

const ar: ReceiptTexts = {
  direction: "rtl",
  title: "إيصال تحقق",
  answer: {
    verified: ["تم التحقق", "كل بايت كما حُزم، وقد وقّع كل من يلزم توقيعه."],
    notSigned: ["غير موقّعة", "كل بايت كما تقول الحزمة نفسها، لكن لا أحد يضمن الحزمة."],
    wrong: ["خطأ", "الحزمة موقّعة، والتوقيع لا يصح في هذا الموقع."],
    broken: ["خطأ: غير سليمة", "الحزمة ليست كما تقول عن نفسها."],
  },
  check: {
    documents: "التخطيط والفهرس والبيان سليمة الصيغة وبصماتها مطابقة", strangers: "ليس في الحزمة ما لا يسميه بيانها", blobs: "قُرئ كل ملف كاملًا وبصمة SHA-256 مطابقة", model: "الملفات هي ملفات حزمة النموذج بلا زيادة ولا نقصان", sums: "يذكر SHA256SUMS كل ملف مع بصمته", signatures: "التواقيع",
    policy: "سياسة الموقع مستوفاة",
  },
  result: { passed: "نجح", failed: "فشل", notDone: "لم يُجرَ" },
  purpose: { release: "إصدار", approve: "موافقة عند الحدود" },
  mode: { off: "متوقفة: التواقيع لا تقرر شيئًا", warn: "تحذير: يُذكر ما لم يُتحقق منه", enforce: "إلزام: يُرفض ما لم يُتحقق منه" },
  egress: {
    none: "لم يخرج شيء: شوهد كل مقبس لكل عملية، ولم يؤدِّ أي منها إلى خارج هذا الجهاز.", confined: "جرى العمل حيث لا شبكة، ولم يراقب أحد ما حاوله.", outside: "حاول شيء ما الخروج.", unclear: "لا يُظهر التتبع كل شيء، فهو لا يثبت شيئًا.",
  },
  words: {
    bundle: "الحزمة", name: "الاسم", place: "المكان", digest: "البصمة", modelDigest: "بصمة النموذج", checkpointDigest: "بصمة نقطة الحفظ", size: "الحجم", marks: "العلامات", none: "لا شيء", checks: "الفحوص", whatWasChecked: "الفحص", outcome: "النتيجة", tool: "الأداة", signatures: "التواقيع",
    signer: "الموقّع", unknownSigner: "غير معروف هنا", key: "المفتاح", purpose: "بصفة", statedAt: "الوقت المذكور", statedIsNoProof: "الوقت هو ما يقوله الموقّع، ولا يثبت شيئًا وحده.", over: "وُضع فوق", fault: "لا يُحتسب", policy: "السياسة", needed: "التواقيع اللازمة", lists: "قوائم الإلغاء وصلاحيتها",
    made: "صدر في", by: "أجراه", system: "النظام", contents: "المحتويات", file: "الملف", signedReceipt: "هذا الإيصال موقّع بمفتاح الموقع", unsignedReceipt: "هذا الإيصال غير موقّع: لا يضمنه إلا من يسلّمه.", checkReceipt: "للتحقق منه", officer: "مسؤول الأمن", date: "التاريخ", why: "السبب",
    chain: "الشهادات وصلاحيتها", notRead: "تعذرت قراءته", egress: "الفحص الذاتي للشبكة", noEvidence: "لم يُجرَ هنا", evidence: "بصمة الدليل", led: "الاتصالات التي أدت إلى الخارج",
  },
};

export const RECEIPT_TEXTS = { en, "zh-Hans": zh, ar } as const;
export type ReceiptLanguage = keyof typeof RECEIPT_TEXTS;
