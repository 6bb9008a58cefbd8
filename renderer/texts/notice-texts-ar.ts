import type { AscendNoticeDetails } from "../../shared/schemas/ascend-notices.ts";
import type { Format } from "./format.ts";
import type { NoticeTexts } from "./notice-text.ts";
import { type Phrase, phrase, say } from "./shown-text.ts";

/** A command or name as it is typed: from left to right inside an Arabic sentence. */
const typed = (text: string): string => `\u2066${text}\u2069`;

const LIMIT_NEXT = "تعتمد الخطط على الحد لا على الجهاز كله. فإن كان ضبطه بيدك فشغّل الحاوية أو الخدمة بأكثر.";
const CONTAINER_NEXT = `في حاوية، شغّلها مع ${typed("--gpus all")} (Docker وPodman) أو اطلب ${typed("nvidia.com/gpu")} (Kubernetes)؛ ويجب تثبيت ${typed("NVIDIA Container Toolkit")} على المضيف.`;
const RESET_NEXT = `أوقف ما يستعمله وأعد ضبطه (${typed("nvidia-smi --gpu-reset -i INDEX")})، أو أعد تشغيل الجهاز. يقول ${typed("dmesg | grep -i xid")} ما حدث؛ والعطل الذي يعود سببه البطاقة أو طاقتها أو مقبسها.`;
const addOutput = (command: string): string => `لجهاز في مكان آخر، أضف ما يطبعه ${typed(command)} هناك.`;

const among = (count: number, f: Format): Phrase => (count < 0 ? phrase`لا خبر` : phrase`${f.count(count)}`);
const ifKnown = (value: string, then: Phrase | string, otherwise: string): Phrase | string => (value === "" ? otherwise : then);
const quoted = (words: string): Phrase | string => (words === "" ? "" : phrase` قال: ${words}`);

function unreachableReason({ nodes, deniedNodes, group }: AscendNoticeDetails["ascend.driverUnreachable"], f: Format): Phrase {
  if (nodes < 0) return phrase`الأسباب المعتادة: عقد أجهزة مفقودة، أو لا حق في فتحها، أو مشغّل استُبدل بلا إعادة تشغيل.`;
  if (nodes === 0) return phrase`لا توجد عقد ${"/dev/davinciN"} هنا: المشغّل غير محمّل، أو لم تُعطَ الحاوية أي جهاز.`;
  if (deniedNodes > 0) return phrase`لا يحق لهذا المستخدم فتح ${f.count(deniedNodes)} من ${f.count(nodes)} من عقد الأجهزة؛ ويحق لأعضاء المجموعة ${group}.`;
  return phrase`يمكن فتح عقد الأجهزة، فالمشغّل نفسه لا يجيب؛ وغالبًا استُبدل بلا إعادة تشغيل.`;
}

export const NOTICES_AR: NoticeTexts = {
  "machine.partFailed": { says: (d) => say`فشل البحث عن ${d.part}: ${d.reason}.`, next: "كل ما عداه صحيح. هذا خلل في Sallyport؛ أبلغ عنه مع الرسالة." },
  "machine.partTimedOut": { says: (d, f) => say`تُرك البحث عن ${d.part} بعد ${f.milliseconds(d.afterMs)}.`, next: `مشغّل أو قرص موصول لا يستجيب؛ ويسميه ${typed("dmesg")} عادة. كل ما عداه صحيح.` },
  "machine.systemPartlyKnown": { says: (d) => say`على ${d.os} أشياء لا تُعرف: ${d.unknown}.`, next: "تحتاج الخطط لهذا الجهاز إلى هذه الأرقام منك؛ وهي تُعرف على لينكس." },
  "machine.architectureUnsupported": { says: (d) => say`معمارية المعالج ${d.architecture || "غير معروفة"}.`, next: `يشغّل Sallyport النماذج على ${typed("x86_64")} و${typed("aarch64")}. ${addOutput("uname -srm")}` },
  "machine.sourcesDisagree": { says: (d, _f, subject) => say`مصدران يختلفان في ${d.field} (${subject}): ${d.taken} بحسب ${d.takenFrom}، و${d.other} بحسب ${d.otherFrom}. أُخذ الأول.`, next: "هذا معتاد في حاوية، أو حين تجتمع مخرجات جهازين في مجلد؛ وإلا فاعرف الصحيح منهما قبل التخطيط." },

  "cpu.unknown": { says: (d) => say`لا شيء يقول ما المعالجات الموجودة؛ نُظر في ${d.lookedAt}.`, next: addOutput("lscpu") },
  "cpu.limitedByQuota": { says: (d, f) => say`من المعالجات المنطقية (${f.count(d.threads)}) تُعطى هذه العملية وقت ${f.count(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitedByAffinity": { says: (d, f) => say`من المعالجات المنطقية (${f.count(d.threads)}) يحق لهذه العملية ${f.count(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitsUnknown": { says: (d, f) => say`المعالجات المنطقية: ${f.count(d.threads)}؛ ولا شيء يقول كم منها يحق لنموذج.`, next: `قد تكون أقل في حاوية أو نظام دفعات. يعرف ذلك ${typed("capture.sh")} إذا شُغّل حيث سيعمل النموذج.` },
  "cpu.coresDiffer": { says: (d) => say`ليست مجموعات التعليمات واحدة في كل الأنوية؛ بعضها فقط فيه ${d.missingFromSome}.`, next: "تُختار النوى بحسب ما في كل الأنوية. وقد يكون ربط العملية بالأنوية الأكبر أسرع." },

  "memory.unknown": { says: (d) => say`لا شيء يقول كم الذاكرة؛ نُظر في ${d.lookedAt}.`, next: addOutput("cat /proc/meminfo") },
  "memory.limited": { says: (d, f) => say`تحدّ مجموعة تحكم الذاكرة بمقدار ${f.bytes(d.limitBytes)}${d.totalBytes < 0 ? "" : phrase` من ${f.bytes(d.totalBytes)}`} (${d.limitPath}).`, next: LIMIT_NEXT },
  "memory.limitAboveTotal": { says: (d, f) => say`حد مجموعة التحكم ${f.bytes(d.limitBytes)} أعلى مما في الجهاز، وهو ${f.bytes(d.totalBytes)} (${d.limitPath}).`, next: "المعتبر ذاكرة الجهاز نفسه؛ والحد المكتوب لجهاز آخر لا يحمي شيئًا هنا." },
  "memory.parentHasLessRoom": { says: (d, f) => say`أخذ آخرون في مجموعة التحكم نفسها ذاكرة: يترك ${d.parentPath} مقدار ${f.bytes(d.parentRoomBytes)}، أقل من ${f.bytes(d.roomBytes)} للحد الأضيق.`, next: "تعتمد الخطط على الرقم الأصغر. أوقف ما يعمل بجانبه، أو ارفع حد الأصل." },
  "memory.pageCacheUnknown": { says: (d, f) => say`المحسوب على الحد ${d.limitPath}، وهو ${f.bytes(d.usedBytes)}، يشمل ملفات في مخبأ الصفحات تُرد عند الحاجة؛ ولا يُقال كم هي.`, next: `فيه متسع لا يقل عن المعروض. يقول الباقي الملف ${typed("memory.stat")} بجانب الحد.` },
  "memory.hugePagesReserved": { says: (d, f) => say`حُجز ${f.bytes(d.reservedBytes)} صفحات ضخمة (غير المستعمل منها ${f.bytes(d.freeBytes)}) ولا يستطيع نموذج أخذها.`, next: `إن لم يحتج إليها شيء هنا (تحتاج إليها قواعد البيانات والآلات الافتراضية وDPDK) فأعدها: ${typed("sysctl vm.nr_hugepages=0")}.` },
  "memory.bandwidthNotMeasured": { says: (d) => say`لم تُقَس سرعة قراءة الذاكرة: ${d.reason}.`, next: "تستعمل الخطط حينئذ رقمًا نموذجيًا. أعد المحاولة حين يخلو الجهاز." },
  "numa.nodesWithoutProcessors": { says: (d, f) => say`عقد NUMA لها ذاكرة${d.memoryBytes < 0 ? "" : phrase` (${f.bytes(d.memoryBytes)})`} بلا معالجات: ${f.count(d.nodes)}. إنها ذاكرة GPU أو بطاقة CXL.`, next: `يعدّها النظام له، لكنها أبطأ أو تخص GPU. اربط عمل المعالج بالعقد الأخرى (${typed("numactl --membind")}).` },

  "disk.unknown": { says: (d) => say`لا شيء يقول ما الأقراص الموجودة؛ نُظر في ${d.lookedAt}.`, next: addOutput("df -Pk") },
  "disk.sizesUnknown": { says: (d, f) => say`أقراص لا تُعرف أحجامها: ${f.count(d.disks)}.`, next: addOutput("df -Pk") },
  "disk.sizesTimedOut": { says: (d, f) => say`لم يعد df خلال ${f.milliseconds(d.afterMs)}؛ سُئلت الأقراص واحدًا واحدًا، ولم تُسأل أقراص الشبكة.`, next: `قرص شبكة لا يجيب. افصله (${typed("umount -l")})، أو انتظر عودة خادمه.` },
  "disk.network": { says: (d, _f, subject) => say`يُوصل إلى ${subject} عبر الشبكة (${d.filesystem}).`, next: "تُحمَّل النماذج منه بسرعة الشبكة؛ اجعل مجلد المنصة على قرص محلي." },
  "disk.largestFile": { says: (d, f, subject) => say`نظام ${subject} هو ${d.filesystem}: لا يزيد ملف فيه على ${f.bytes(d.largestFileBytes)}.`, next: `تتسع فيه الحزم لأن ملفاتها أصغر. أما نقاط حفظ بملفات أكبر فلا؛ ويأخذها ${typed("exFAT, ext4, XFS")}.` },
  "disk.readRateNotMeasured": { says: (d, _f, subject) => say`لم تُقَس سرعة قراءة ${subject} في ${d.directory}: ${d.reason}.`, next: "تكون أوقات التحميل في الخطط حينئذ تقديرات." },

  "ascend.none": { says: (d) => say`لا أثر لجهاز Ascend. بُحث عن: ${d.lookedFor}.`, next: "لا يلزم شيء إن لم يكن في هذا الجهاز واحد." },
  "ascend.softwareOnly": { says: (d) => say`برمجيات Ascend مثبتة (المشغّل ${d.driver || "لا يوجد"}، وCANN ${d.cann || "لا يوجد"})، ولا جهاز.`, next: "هذا كما ينبغي على جهاز بناء. وفي حاوية، شغّلها من جديد مع أجهزتها." },
  "ascend.driverMissing": { says: (d, f) => say`أجهزة Ascend على ناقل PCI: ${f.count(d.devices)}، بلا مشغّل ولا عقد أجهزة.`, next: `ثبّت مشغّل Ascend والبرنامج الثابت لهذه البطاقة. وفي حاوية، مرّر الأجهزة وأوصل ${typed("/usr/local/Ascend/driver")}.` },
  "ascend.devicesHidden": { says: (d, f) => say`أجهزة Ascend على ناقل PCI لا يُوصل إليها من هنا: ${f.count(d.devices)}${d.where === "" ? "" : phrase` (${d.where})`}.`, next: `هذا معتاد في حاوية أُعطيت بعض أجهزة المضيف. وخارجها، ابحث عن البطاقات المفقودة في ${typed("dmesg")}.` },
  "ascend.nodesMissing": { says: (d, f) => say`يذكر المشغّل أجهزة Ascend بلا عقد هنا: ${f.count(d.devices)} (${d.nodes}).`, next: `في حاوية، شغّلها من جديد مع ${typed("--device")} لكل عقدة منها. وخارجها، حمّل المشغّل من جديد أو أعد تشغيل الجهاز.` },
  "ascend.nodeDenied": { says: (d) => say`لا يحق لهذا المستخدم فتح ${d.path} (الصلاحيات ${d.mode}، ${d.owner}:${d.group}).`, next: `أضف المستخدم إلى المجموعة التي تملك العقدة (${typed("usermod -aG")})، ثم سجّل الدخول من جديد.` },
  "ascend.companionMissing": { says: (d) => say`${d.path} مفقود؛ ولا يستطيع برنامج استعمال جهاز Ascend من دونه.`, next: `في حاوية، شغّلها من جديد مع ${typed("--device")} لهذه العقدة. وخارجها، المشغّل غير محمّل تمامًا: حمّله من جديد.` },
  "ascend.driverUnreachable": { says: (d, f) => say`لم يصل ${d.command} إلى المشغّل (${d.ret}). ${unreachableReason(d, f)}`, next: "أعد تشغيل الجهاز إن غُيّر المشغّل؛ وإلا فأعطِ المستخدم أو الحاوية حق الوصول إلى عقد الأجهزة." },
  "ascend.heldByAnotherContainer": { says: (d) => say`أجهزة Ascend في يد حاوية أخرى (${d.ret}).${d.holders === "" ? "" : phrase` بحسب المشغّل: ${d.holders}.`}`, next: `أوقف الحاوية التي تمسكها. وبصلاحية الجذر يسمي ${typed("/proc/uda/namespace_node")} على المضيف عمليتها (${typed("root_tgid")}، حين يكون ${typed("ns_id")} أقل من 128).` },
  "ascend.deviceQueryFailed": { says: (d, _f, subject) => say`رفض المشغّل ${d.command} للجهاز ${subject} (${d.ret}).`, next: `انظر إلى الجهاز بالأمر ${typed("npu-smi info -t health")} وفي سجل النواة. فبطاقة معطلة أو محجوبة واحدة قد تُفشل السؤال عن الكل.` },
  "ascend.toolMissing": { says: (d) => say`npu-smi غير موجود (بُحث في ${d.lookedAt})، فلا يُعرف عن الأجهزة إلا القليل.`, next: `في حاوية، أوصل ${typed("/usr/local/bin/npu-smi")} و${typed("/usr/local/dcmi")}. وخارجها، ثبّت حزمة المشغّل من جديد.` },
  "ascend.toolNotExecutable": { says: (d) => say`لا يحق لهذا المستخدم تشغيل ${d.command}.`, next: "شغّل البحث بمستخدم يحق له، أو بالجذر؛ فالأداة في بعض الأنظمة لمجموعة المشغّل." },
  "ascend.toolLibraryMissing": { says: (d) => say`لا يبدأ ${d.command}: ${d.library} مفقود.`, next: `في حاوية، أوصل ${typed("/usr/local/Ascend/driver/lib64")} و${typed("/usr/local/dcmi")}. وخارجها، اضبط ${typed("LD_LIBRARY_PATH")} كما يفعل ${typed("set_env.sh")}.` },
  "ascend.toolTimedOut": { says: (d, f, subject) => say`لم يجب ${d.command} خلال ${f.count(Math.round(d.afterMs / 1000))} ث (${subject}).`, next: "السبب المعتاد جهاز معلّق: انظر في سجل النواة، وأعد ضبط البطاقة أو شغّل الجهاز من جديد." },
  "ascend.toolKilled": { says: (d) => say`أنهت الإشارة ${d.signal} الأمر ${d.command}.`, next: "شغّله بنفسك. فإن انهار هناك أيضًا فثبّت حزمة المشغّل من جديد." },
  "ascend.toolFailed": { says: (d) => say`انتهى ${d.command} بالحالة ${d.exitCode}؛ ويُعتد بما طبعه قبلها.`, next: "شغّله بنفسك واقرأ آخر أسطره." },
  "ascend.toolNotRecorded": { says: (d, f) => say`سُجّلت أجهزة Ascend (${f.count(d.devices)}) بلا مخرجات npu-smi، فلا تُعرف ذاكرتها ولا حالتها.`, next: `أضف إلى السجل مخرجات ${typed("npu-smi info")} و${typed("npu-smi info -m")} و${typed("npu-smi info -t board -i 0")}.` },
  "ascend.outputNotUnderstood": { says: (d) => say`لم يطبع ${d.command} ما يُقرأ جدولَ أجهزة.`, next: "شغّله بنفسك. فإن أظهر أجهزة فتنسيقه أحدث من هذا الإصدار: أبلغ عنه مع المخرجات." },
  "ascend.outputCut": { says: (d, f) => say`مخرجات ${d.command} مقتطعة: أجهزة ينقصها جزء وتُركت: ${f.count(d.incompleteRows)}.`, next: "سجّل المخرجات كاملة من جديد." },
  "ascend.countsDiffer": { says: (d, f) => say`تختلف المصادر في عدد أجهزة Ascend: npu-smi: ${among(d.npuSmi, f)}، ناقل PCI: ${among(d.pci, f)}، ‏/dev: ${among(d.nodes, f)}.`, next: "لا تعدّ الخطط إلا الأجهزة الصالحة الآن. قارن القوائم؛ والبطاقة التي سقطت من الناقل تحتاج إلى إعادة تشغيل الجهاز." },
  "ascend.memoryDiffers": { says: (d, f, subject) => say`ذاكرة ${subject}: ${f.bytes(d.takenBytes)} بحسب ${d.takenFrom}، و${f.bytes(d.otherBytes)} بحسب ${d.otherFrom}؛ أُخذ الأصغر.`, next: "لا يلزم شيء إن كان الفرق صغيرًا: فجزء محجوز للبطاقة نفسها." },
  "ascend.memoryUnknown": { says: (_d, _f, subject) => say`لا تُعرف ذاكرة ${subject}: ليس في إجابات npu-smi أرقام تُقرأ.`, next: `سجّل ${typed("npu-smi info")} كاملًا، كل سطر حتى آخر ${typed("|")}، في نافذة عرضها 120 عمودًا على الأقل؛ ويقوله أيضًا ${typed("npu-smi info -t memory -i N")}.` },
  "ascend.fieldDiffers": { says: (d, _f, subject) => say`${subject}: قيمة ${d.field} هي ${d.taken} بحسب ${d.takenFrom}، و${d.other} بحسب ${d.otherFrom}؛ أُخذ الأول.`, next: "ربما اختلطت مخرجات أوقات أو أجهزة مختلفة. والمشغّل الذي يخالف المثبَّت يحتاج إلى إعادة تشغيل الجهاز." },
  "ascend.healthNotOk": { says: (d, _f, subject) => say`يقول المشغّل إن سلامة ${subject} هي ${d.health}.`, next: `يقول العطلَ الأمر ${typed("npu-smi info -t health")} مع رقم البطاقة؛ ويمكن العمل غالبًا مع ${typed("Warning")}، لا مع غيره.` },
  "ascend.chipUnknown": { says: (d, _f, subject) => say`${subject} من طراز ${d.model}${d.pciDevice === "" ? "" : phrase` (جهاز PCI ${d.pciDevice})`}، ولا يعرفه هذا الإصدار.`, next: "يُذكر ولا يُخطَّط له. وقد يعرفه إصدار أحدث من Sallyport." },
  "ascend.socNameUnknown": { says: (d, _f, subject) => say`يسمي ${subject} نفسه ${d.model}، ولا يقول ذلك لأي شريحة يُصرَّف.`, next: `سجّل أيضًا ${typed("npu-smi info -t board -i N -c 0")}: ففيه ${typed("NPU Name")} يكمل الاسم.` },
  "ascend.physicalIdUnknown": { says: (d, _f, subject) => say`لا يُعرف أي /dev/davinciN هو ${subject} (البطاقة ${d.npuId}، الشريحة ${d.chipId}).`, next: `سجّل ${typed("npu-smi info -m")}، أو انظر على المضيف؛ فالحاويات تعدّ الأجهزة من جديد.` },
  "ascend.topologyUnmatched": { says: (d) => say`يسمي المخطط أجهزة لم يُعثر عليها: ${d.names}.`, next: "ربما اختلطت مخرجات حاويات أو أجهزة مختلفة؛ سجّلها معًا." },
  "ascend.visibleDevices": { says: (d) => say`${`${d.variable}=${d.value || "∅"}`} يحدّ ما تراه البرامج من الأجهزة المذكورة هنا.`, next: "ألغِ ضبطه، أو اضبطه على الأجهزة المقصودة." },

  "nvidia.nothingFound": { says: (d) => say`لا أثر لجهاز Nvidia. بُحث عن: ${d.lookedFor}.${ifKnown(d.notRecorded, phrase` وليس في السجل شيء عن ${d.notRecorded}.`, "")}`, next: `إن كان ينبغي أن يوجد، فتأكد أن البطاقة في مقبسها ومفعّلة في البرنامج الثابت. ${CONTAINER_NEXT}` },
  "nvidia.toolMissing": { says: (d) => say`هناك جهاز Nvidia أو مشغّله (${d.traces})، ولا nvidia-smi يُسأل؛ بُحث في: ${d.searched}.`, next: `ثبّت أدوات المشغّل (${typed("nvidia-utils")} أو ${typed("nvidia-driver-cuda")} بإصدار المشغّل نفسه). ${CONTAINER_NEXT}` },
  "nvidia.toolNotExecutable": { says: (d) => say`${d.program} موجود ولا يحق تشغيله.`, next: `أعطِ هذا المستخدم حق تشغيله، أو شغّل بمستخدم يملكه؛ وقد يكون السبب نظام ملفات موصولًا بخيار ${typed("noexec")}.` },
  "nvidia.toolTimedOut": { says: (d, f) => say`لم يجب ${d.command}${d.afterMs < 0 ? "" : phrase` خلال ${f.count(Math.round(d.afterMs / 1000))} ث`}: المشغّل معلّق، أو في الجهاز وحدات GPU كثيرة بلا وضع الاستمرار.`, next: `شغّله بنفسك. فإن علق أيضًا قال ${typed("dmesg | grep -i -e xid -e nvrm")} لماذا، ولا تنفع إلا إعادة التشغيل؛ وإن كان بطيئًا فشغّل ${typed("nvidia-persistenced")}.` },
  "nvidia.toolCrashed": { says: (d) => say`أنهت الإشارة ${d.signal} الأمر ${d.command}.`, next: `ربما اختلف إصدار المشغّل عن الأداة: ثبّتهما من حزمة واحدة. وتعني ${typed("SIGKILL")} عادة أن الذاكرة نفدت.` },
  "nvidia.toolFailed": { says: (d) => say`فشل ${d.command}${d.exitCode < 0 ? "" : phrase` بالحالة ${d.exitCode}`}.${quoted(d.words)}`, next: "شغّله بنفسك بالمستخدم نفسه؛ فما يقوله هناك هو ما يجب علاجه." },
  "nvidia.outputUnreadable": { says: (d) => say`${d.command}: ${ifKnown(d.words, "أجاب بشكل لا يُفهم.", "لم يجب بشيء.")}${quoted(d.words)}`, next: "شغّله بنفسك وقارن. فإن صحت المخرجات فأبلغ عنها مع إصدار المشغّل؛ وإن كانت ملصقة فألصقها كاملة من جديد." },
  "nvidia.outputCut": { says: (d) => say`تنتهي مخرجات ${d.command} في وسطها؛ واستُعمل ما قبل النهاية.`, next: "سجّلها أو ألصقها كاملة من جديد؛ فقد تنقص أجهزة في آخرها." },
  "nvidia.driverNotLoaded": { says: (d) => say`nvidia-smi موجود والمشغّل ليس محمّلًا${ifKnown(d.loadedVersion, phrase`، مع أن الوحدة ${d.loadedVersion} تقول إنها محمّلة`, "")}.${ifKnown(d.kernelDrivers, phrase` تمسك الأجهزةَ: ${d.kernelDrivers}.`, "")}`, next: `حمّله (${typed("sudo modprobe nvidia")}) واقرأ ${typed("dmesg")} إن فشل: بعد تحديث النواة تُبنى الوحدة من جديد، ومع ${typed("Secure Boot")} تُوقَّع، ويوضع ${typed("nouveau")} في القائمة السوداء.` },
  "nvidia.driverMismatch": { says: (d) => say`مكتبة المشغّل${ifKnown(d.libraryVersion, phrase` (${d.libraryVersion})`, "")} ووحدة النواة المحمّلة${ifKnown(d.loadedVersion, phrase` (${d.loadedVersion})`, "")} من إصدارين مختلفين، فلا يستطيع شيء استعمال الأجهزة.`, next: "حُدّث المشغّل وهو مستعمل: أعد التشغيل، أو أفرغ وحداته وحمّلها. وفي حاوية، يجب ألا تحجب المكتبة الداخلية مكتبة المضيف." },
  "nvidia.devicesLost": { says: (d) => say`يرفض المشغّل البدء لهذه العملية.${quoted(d.words)} في حاوية كانت تعمل قبلًا، سُحب حقها في الأجهزة، وغالبًا بالأمر ${"systemctl daemon-reload"} على المضيف.`, next: `أعد تشغيل الحاوية. ولمنع ذلك، اجعل Docker يستعمل ${typed("native.cgroupdriver=cgroupfs")}، أو أنشئ الوصلات في ${typed("/dev/char")} بالأمر ${typed("nvidia-ctk system create-dev-char-symlinks")}.` },
  "nvidia.notPermitted": { says: (d) => say`لا يحق لهذا المستخدم سؤال المشغّل.${quoted(d.words)}`, next: `انظر إلى مالك العقد (${typed("ls -l /dev/nvidia*")}) وانضم إلى تلك المجموعة، وهي عادة ${typed("video")}؛ ثم سجّل الدخول من جديد.` },
  "nvidia.blockedBySystem": { says: (d) => say`يمنع نظام التشغيل GPU عن هذه العملية.${quoted(d.words)}`, next: `تحت WSL شغّل ${typed("wsl --update")} وأعد تشغيله، واستعمل مشغّلًا حديثًا على ويندوز؛ وتحتاج الحاوية هناك إلى ${typed("WSL 2")}.` },
  "nvidia.libraryMissing": { says: (d) => say`لا يجد nvidia-smi مكتبة المشغّل ${"libnvidia-ml.so"}.${quoted(d.words)}`, next: `ثبّت مكتبات المشغّل بإصدار الوحدة نفسه، وشغّل ${typed("sudo ldconfig")}. ${CONTAINER_NEXT}` },
  "nvidia.noDevicesFound": { says: (d, f) => say`المشغّل يعمل ولا يجد جهازًا يستعمله${d.seenElsewhere > 0 ? phrase`، مع أن أجهزة تُرى خارجه: ${f.count(d.seenElsewhere)}` : ""}.`, next: `اقرأ ${typed("dmesg | grep -i nvrm")}: يقول لماذا لم يبدأ جهاز (الطاقة، أو البرنامج الثابت، أو بطاقة أقدم أو أحدث من هذا المشغّل، أو ذاكرة لم تُخطَّط). ${CONTAINER_NEXT}` },
  "nvidia.gpuFault": { says: (d, _f, subject) => say`${subject} لا يعمل: ${d.words}. وقد يفشل CUDA على غيره أيضًا ما دام كذلك.`, next: RESET_NEXT },
  "nvidia.gpuNotListed": { says: (d, _f, subject) => say`${subject} على الناقل${ifKnown(d.busId, phrase` في ${d.busId}`, "")}${ifKnown(d.kernelDriver, phrase`، ويمسكه ${d.kernelDriver}`, "")}، ولا يذكره nvidia-smi.`, next: `تُعطى الحاوية بعض الأجهزة فقط؛ وخارجها يقول ${typed("dmesg | grep -i nvrm")} لماذا تخطاه المشغّل. ${CONTAINER_NEXT}` },
  "nvidia.gpuExcluded": { says: (_d, _f, subject) => say`${subject} مستبعد من الاستعمال بإعدادات المشغّل.`, next: `انظر ${typed("NVreg_ExcludedGpus")} في ${typed("/etc/modprobe.d")}، ومن ضبطه: فغالبًا وجد أحدهم البطاقة معطلة.` },
  "nvidia.otherDriver": { says: (d, _f, subject) => say`${subject} في يد مشغّل النواة ${d.kernelDriver}، ولا يعمل CUDA معه.`, next: `إن كان ${typed("nouveau")} فثبّت مشغّل Nvidia، وهو يضعه في القائمة السوداء، وأعد التشغيل. وإن كان ${typed("vfio-pci")} فالبطاقة لآلة افتراضية ولا تُستعمل إلا فيها.` },
  "nvidia.nodeDenied": { says: (d, _f, subject) => say`لا يستطيع هذا المستخدم فتح ${subject}: ${d.path} يخص ${d.owner}:${d.group} وصلاحياته ${d.mode}.`, next: `انضم إلى تلك المجموعة وسجّل الدخول من جديد، أو أعطِ الحاوية الجهاز؛ ويضبط ${typed("NVreg_DeviceFileMode")} في ${typed("/etc/modprobe.d")} الصلاحيات.` },
  "nvidia.computeProhibited": { says: (_d, _f, subject) => say`${subject} مضبوط على رفض كل حساب (وضع ${"Prohibited"}).`, next: `يسمح به مدير النظام بالأمر ${typed("nvidia-smi --compute-mode=DEFAULT -i INDEX")}.` },
  "nvidia.gpuBusy": { says: (d, f, subject) => say`يخدم ${subject} عملية واحدة فقط (وضع حساب حصري)، والعمليات التي تمسكه: ${f.count(d.processes)}.`, next: `انتظر تلك العملية، أو شارك الجهاز بالأمر ${typed("nvidia-smi --compute-mode=DEFAULT -i INDEX")}.` },
  "nvidia.uncorrectedErrors": { says: (d, f, subject) => say`أخطاء ذاكرة لم يصححها ECC في ${subject} منذ تشغيله: ${f.count(d.errors)}. قد تكون النتائج المحسوبة به خاطئة.`, next: RESET_NEXT },
  "nvidia.recoveryAdvised": { says: (d, _f, subject) => say`ينصح المشغّل للجهاز ${subject}: ${d.action}.`, next: RESET_NEXT },
  "nvidia.fieldUnreadable": { says: (d, _f, subject) => say`لا يجيب ${subject} عن ${d.field}: ${d.words}. واستُعملت قراءاته الأخرى.`, next: "قد يكون مستشعرًا واحدًا فقط. فإن زاد فأعد ضبط الجهاز أو أعد التشغيل." },
  "nvidia.hostMemoryUsed": { says: (d, _f, subject) => say`${subject}${ifKnown(d.model, phrase` (${d.model})`, "")} بلا ذاكرة خاصة: يعمل في ذاكرة المضيف المحسوبة هناك.`, next: "لا يلزم شيء. تعتمد الخطط له على ذاكرة المضيف." },
  "nvidia.memoryUnknown": { says: (d, _f, subject) => say`لا يُعرف كم ذاكرة ${subject}.${quoted(d.words)}`, next: `شغّل ${typed("nvidia-smi")} بمستخدم يحق له خارج الحاويات المقيدة، أو سجّل مخرجاته أيضًا.` },
  "nvidia.fabricNotReady": { says: (d, _f, subject) => say`لم ينضم ${subject} بعد إلى شبكة NVLink (الحالة ${d.state}${ifKnown(d.status, phrase`، ${d.status}`, "")}${ifKnown(d.fabricManager, phrase`؛ ومدير الشبكة ${d.fabricManager}`, "")}). لا يبدأ CUDA قبل ذلك على أجهزة فيها NVSwitch.`, next: `شغّل مدير الشبكة بإصدار المشغّل نفسه تمامًا (${typed("sudo systemctl start nvidia-fabricmanager")})؛ وهو في آلة افتراضية أو حاوية شأن المضيف.` },
  "nvidia.noSlices": { says: (_d, _f, subject) => say`${subject} في وضع MIG ولم يُقسَّم إلى شرائح، فلا يجد CUDA جهازًا عليه.`, next: `قسّمه (${typed("sudo nvidia-smi mig -cgi PROFILE -C")}، والأنماط من ${typed("nvidia-smi mig -lgip")})، أو اترك وضع MIG (${typed("sudo nvidia-smi -mig 0")}).` },
  "nvidia.toolNotRecorded": { says: (d) => say`في السجل أجهزة Nvidia أو مشغّلها (${d.traces})، وليس فيه شيء مما قاله nvidia-smi.`, next: `سجّل على ذلك الجهاز أيضًا ${typed("nvidia-smi")} و${typed("nvidia-smi -L")} و${typed("nvidia-smi -q -x")}: فهي وحدها تقول الذاكرة والسلامة.` },
  "nvidia.slicesUnknown": { says: (_d, _f, subject) => say`${subject} في وضع MIG، ولم تُسجَّل الشرائح التي قُسّم إليها. ومن دونها لا شيء يُخطَّط له.`, next: `سجّل أيضًا ${typed("nvidia-smi -L")} و${typed("nvidia-smi -q -x")}.` },
  "nvidia.slicesShareMemory": { says: (d, f) => say`تتقاسم الشرائح ${d.slices} ذاكرة واحدة${d.totalBytes < 0 ? "" : phrase` مقدارها ${f.bytes(d.totalBytes)}`}: إنها وحدات حساب من GPU واحد.`, next: "لا يلزم شيء؛ لا تعدّ تلك الذاكرة أكثر من مرة." },
  "nvidia.sourcesDisagree": { says: (d, _f, subject) => say`${subject}: قيمة ${d.field} هي ${d.first} بحسب ${d.firstSource}، و${d.second} بحسب ${d.secondSource}.`, next: "قارن الاثنين بنفسك. بعد تحديث أو تبديل بطاقات تجمعهما إعادة التشغيل؛ وقد تكون المخرجات المسجلة من أيام أو أجهزة مختلفة." },
  "nvidia.fabricManagerInactive": { says: (d, f) => say`في الجهاز NVSwitch (${f.count(d.switches)})، وحالة nvidia-fabricmanager هي ${d.fabricManager}. لا يبدأ CUDA على مثله من دونه.`, next: `ثبّته بإصدار المشغّل نفسه تمامًا وشغّله: ${typed("sudo systemctl enable --now nvidia-fabricmanager")}.` },
  "nvidia.cudaMissing": { says: (d) => say`المشغّل يعمل ومكتبة CUDA غير موجودة (يُظهر nvidia-smi مكانها ${d.words}).`, next: `في حاوية، اضبط ${typed("NVIDIA_DRIVER_CAPABILITIES=compute,utility")}؛ وخارجها، ثبّت حزمة المشغّل التي فيها ${typed("libcuda.so")}.` },
  "nvidia.uvmNodeMissing": { says: (d) => say`${d.path} مفقود؛ ويجب أن يستطيع أول برنامج يستعمل CUDA إنشاءه.`, next: `شغّل ${typed("sudo nvidia-modprobe -u -c=0")} أو أي برنامج CUDA بالجذر مرة. وفي حاوية، يجب تمرير العقدة.` },
  "nvidia.topologyUnknown": { says: (d) => say`لا يُعرف كيف تتصل وحدات GPU.${quoted(d.words)}`, next: `يقوله ${typed("nvidia-smi topo -m")}؛ وحتى ذلك تفترض الخطط أبطأ طريق.` },
  "nvidia.visibleDevices": { says: (d) => say`${`${d.variable}="${d.value}"`} يمنع البرامج المشغّلة هنا من استعمال ${d.leftOut}.`, next: "ألغِ المتغير، أو سمِّ الأجهزة فيه، إن أُريد استعمالها." },
};
