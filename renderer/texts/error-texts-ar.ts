import type { ErrorTexts } from "./error-texts-en.ts";
import { isolated, say } from "./shown-text.ts";

/** A command or name as it is typed: from left to right inside an Arabic sentence. */
const typed = (text: string): string => `\u2066${text}\u2069`;

const DAMAGED = "الملف تالف أو صُنع للتضليل. احصل عليه من جديد من مصدره وقارن مجموعه الاختباري.";
const KILLED_NEXT = `تعني ${typed("SIGKILL")} عادة أن ذاكرة النظام نفدت: أغلق برامج أخرى، أو خذ نموذجًا أو وصفة أصغر.`;
const LIST_MODELS = "تعرض صفحة النماذج ما هو موجود.";
const FETCH_BOTH = "احصل على الاثنين من جديد.";

function ended({ exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null }): string {
  return signal !== null ? `أنهتها الإشارة ${signal}.` : exitCode !== null ? `انتهت بالحالة ${exitCode}.` : "انتهت بلا كلمة: قُتلت، أو توقف الجهاز.";
}

/** A reason that a program gave, as a sentence. */
function sentence(reason: string): string {
  return /[.)?]$/.test(reason) ? isolated(reason) : `${isolated(reason)}.`;
}

/** What to do about a server's refusal. */
function refusalNext(status: number): string {
  if (status === 401 || status === 403) return "المفتاح ناقص أو خاطئ: أزل المحرك وسمّه من جديد مع مفتاحه.";
  if (status === 404) return "تحقق من المسار في العنوان، ومن وجود النموذج عند الخادم.";
  if (status === 429) return "الخادم مشغول أو نفدت حصة المفتاح. انتظر ثم اسأل من جديد.";
  return status >= 500 ? "انظر في سجل الخادم نفسه." : "غيّر ما تشير إليه كلماته، ثم اسأل من جديد.";
}

export const ERRORS_AR: ErrorTexts = {
  "checkpoint.notFound": (d) => [say`لا توجد نقطة حفظ في ${d.file}.`, `تحقق من المسار؛ المقصود المجلد الذي فيه ${typed("config.json")}.`],
  "checkpoint.notADirectory": (d) => [say`${d.file} ليس مجلدًا.`, `سمِّ المجلد الذي فيه ${typed("config.json")} وملفات ${typed(".safetensors")}.`],
  "checkpoint.configMissing": (d) => [say`${d.file} مفقود، فشكل النموذج غير معروف.`, `انسخ ${typed("config.json")} من مستودع النموذج إلى المجلد.`],
  "checkpoint.noWeights": (d) => [say`لا يحتوي ${d.file} على أي ملف ${".safetensors"}.`, `احصل على الأوزان بصيغة ${typed("safetensors")}. يمكن مع ذلك معاينة ${typed("config.json")} وحده.`],
  "checkpoint.pickleRefused": (d) => [say`${d.file} ملف ${"Python pickle"}. تحميله يشغّل أي برنامج وضعه صاحبه فيه، ولذلك يُرفض.`, `خذ ملفات ${typed("safetensors")} للنموذج بدلًا منه، أو حوّله على جهاز يمكنك الاستغناء عنه، واحذف الملف من المجلد.`],
  "checkpoint.jsonInvalid": (d) => [say`${d.file} ليس JSON صالحًا: ${d.reason}.`, "احصل على الملف من جديد؛ وإن كنت عدّلته فأصلح ما تشير إليه الرسالة."],
  "checkpoint.jsonTooLarge": (d, f) => [say`حجم ${d.file} هو ${f.bytes(d.bytes)}؛ ولا يزيد ملف سليم من نوعه على ${f.bytes(d.limitBytes)}.`, DAMAGED],
  "checkpoint.fieldInvalid": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}؛ والمتوقع ${d.expected}.`, "قارن الملف بالذي في مستودع النموذج."],
  "checkpoint.headerTooLong": (d, f) => [say`${d.file}: تدّعي ترويسته ${f.bytes(d.bytes)}؛ والحد ${f.bytes(d.limitBytes)}.`, DAMAGED],
  "checkpoint.headerTruncated": (d, f) => [say`ينتهي ${d.file} قبل أوانه: فيه ${f.bytes(d.bytes)} وتحتاج ترويسته إلى ${f.bytes(d.neededBytes)}.`, "انقطع التنزيل. احصل على الملف من جديد."],
  "checkpoint.headerInvalid": (d) => [say`${d.file}: الترويسة ليست ترويسة safetensors: ${d.reason}.`, DAMAGED],
  "checkpoint.tooManyTensors": (d, f) => [say`الموترات في ${d.file}: ${f.count(d.count)}؛ والحد ${f.count(d.limit)}.`, DAMAGED],
  "checkpoint.tensorNameInvalid": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}، ولا تصلح اسمًا لموتر.`, DAMAGED],
  "checkpoint.dtypeUnsupported": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}؛ والمدعوم ${d.supported}.`, "احصل على النموذج بأحد الأنواع المدعومة، أو حوّله بالأداة التي صنعته."],
  "checkpoint.shapeInvalid": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}، وليست شكلًا.`, DAMAGED],
  "checkpoint.offsetOutOfBounds": (d, f) => [say`${d.file}: قيمة ${d.field} هي ${d.found}، خارج الملف الذي حجمه ${f.bytes(d.fileBytes)}.`, "انقطع التنزيل، أو كذبت الترويسة. احصل على الملف من جديد."],
  "checkpoint.tensorsOverlap": (d) => [say`${d.file}: يدّعي ${d.tensor} و${d.other} البايتات نفسها.`, DAMAGED],
  "checkpoint.gapBetweenTensors": (d, f) => [say`${d.file}: بجانب ${d.tensor} مساحة ${f.bytes(d.bytes)} لا تخص أي موتر، وقد تُخفى فيها بيانات.`, DAMAGED],
  "checkpoint.sizeMismatch": (d, f) => [say`${d.file}: قيمة ${d.field} هي ${d.found}: يحتاج الشكل والنوع إلى ${f.bytes(d.expectedBytes)}، ويعطيه الملف ${f.bytes(d.foundBytes)}.`, DAMAGED],
  "checkpoint.duplicateName": (d) => [say`يذكر ${d.file} الاسم ${d.name} مرتين.`, DAMAGED],
  "checkpoint.duplicateTensor": (d) => [say`${d.tensor} موجود في ${d.file} ومرة أخرى في ${d.otherFile}.`, "احذف الملف الذي لا يخص هذا النموذج (وهو غالبًا نسخة ثانية بدقة أخرى)."],
  "checkpoint.indexPathEscapes": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}، وتقود إلى خارج المجلد.`, "لا تستعمل نقطة الحفظ هذه: الفهرس السليم لا يسمي إلا ملفات بجانبه."],
  "checkpoint.linkEscapes": (d) => [say`${d.file} وصلة إلى ${d.target}، خارج نقطة الحفظ.`, "ضع الملف الذي تشير إليه الوصلة مكانها. أما الوصلات داخل مخبأ المستودع فلا بأس بها."],
  "checkpoint.shardMissing": (d) => [say`يذكر ${d.file} الملف ${d.shard}، وهو غير موجود.`, "ضع الملف المفقود في المجلد."],
  "checkpoint.tensorMissing": (d) => [say`${d.directory}: يحتاج النموذج إلى ${d.tensor}، وليس في أي ملف.`, `احصل على نقطة الحفظ من جديد؛ إما أن جزءًا مفقود أو أن ${typed("config.json")} لنموذج آخر.`],
  "checkpoint.tensorNotInShard": (d) => [say`يقول الفهرس إن ${d.tensor} في ${d.file}، وليس فيه.`, `الفهرس والملفات من إصدارين مختلفين. ${FETCH_BOTH}`],
  "checkpoint.tensorUnexpected": (d, f) => [say`موترات لا مكان لها في النموذج: ${f.count(d.count)}، أولها ${d.tensor}.`, `قد يكون ${typed("config.json")} لنموذج آخر، أو أن هذا النوع غير مدعوم بعد.`],
  "checkpoint.tensorShape": (d) => [say`شكل ${d.tensor} هو ${d.found}؛ ويجب بحسب config.json أن يكون ${d.expected}.`, `الإعداد والأوزان لنموذجين مختلفين. ${FETCH_BOTH}`],
  "checkpoint.scaleMissing": (d) => [say`${d.tensor} مخزّن بصيغة float8، ومعاملات قياسه ${d.scale} مفقودة.`, "احصل على نقطة الحفظ من جديد؛ فالأوزان بلا معاملاتها لا تعني شيئًا."],
  "checkpoint.scaleShape": (d) => [say`شكل معاملات قياس ${d.tensor} هو ${d.found}؛ وتحتاج كتله إلى ${d.expected}.`, `حجم الكتلة والأوزان لنموذجين مختلفين. ${FETCH_BOTH}`],
  "checkpoint.valueNotFinite": (d, f) => [say`${d.file}: القيمة ${f.count(d.index)} من ${d.tensor} ليست عددًا أو لا نهائية.`, DAMAGED],
  "checkpoint.quantizationUnsupported": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}، وهو تكميم لا يمكن قراءته؛ والمدعوم ${d.supported}.`, `خذ الأوزان الأصلية للنموذج نفسه (${typed("bfloat16, float16, float8")}).`],
  "checkpoint.changedDuringRead": (d) => [say`تغيّر ${d.file} أثناء قراءته.`, "دع البرنامج الذي يكتبه ينتهي، ثم ابدأ من جديد."],
  "checkpoint.checksumMismatch": (d) => [say`المجموع الاختباري للملف ${d.file} هو ${d.found}؛ والمتوقع ${d.expected}.`, "غُيّر الملف أو تلف في طريقه. استورد نقطة الحفظ من مصدر سليم."],
  "checkpoint.checksumWrong": (d) => [say`الملف ${d.file} ليس كما تقول ${d.list === "pasted" ? "القائمة الملصقة" : d.list}: المتوقع ${d.expected}، والموجود ${d.found}.`, "غُيّر الملف أو تلف في طريقه، أو أن القائمة لإصدار آخر. اجلب الملف من جديد، أو اطلب القائمة من المرسل."],
  "checkpoint.checksumListInvalid": (d) => [say`${d.file === "pasted" ? "قائمة المجاميع الملصقة" : d.file}${d.line === null ? "" : `، السطر ${d.line}`}: ${d.reason}.`, "المطلوب قائمة مجاميع SHA-256 كما يطبعها sha256sum."],
  "checkpoint.templateNotApproved": (d) => [say`${d.file}: اعتُمد قالب المحادثة بالقيمة ${d.approved}، وهو الآن ${d.found}.`, "تغيّر القالب منذ قُرئ. اقرأه من جديد قبل إدخاله."],
  "checkpoint.templateInvalid": (d) => [say`${d.file}: لا يمكن استعمال قالب المحادثة: ${d.reason}.`, "خذ القالب من مستودع النموذج. ويستطيع النموذج من دونه تكملة النص."],
  "checkpoint.tokenizerInvalid": (d) => [say`${d.file}: لا يمكن استعمال المُرمِّز: ${d.reason}.`, `خذ ${typed("tokenizer.json")} و${typed("tokenizer_config.json")} من مستودع النموذج.`],

  "spec.architectureUnknown": (d) => [say`المعمارية ${d.found} غير معروفة؛ والمدعوم ${d.supported}.`, `اختر نموذجًا من عائلة مدعومة؛ ويشرح ${typed("ARCHITECTURE.md")} كيف تضاف عائلة.`],
  "spec.fieldMissing": (d) => [say`لا يحتوي config.json على ${d.field}، وتحتاج إليه ${d.family}.`, `احصل على ${typed("config.json")} من جديد من مستودع النموذج.`],
  "spec.fieldInvalid": (d) => [say`config.json: قيمة ${d.field} هي ${d.found}؛ والمتوقع لعائلة ${d.family} هو ${d.expected}.`, `احصل على ${typed("config.json")} من جديد؛ وإن عُدّل فتراجع عن التعديل.`],
  "spec.featureUnsupported": (d) => [say`يطلب config.json ${d.field} = ${d.found}، وهو غير مدعوم لعائلة ${d.family}.`, "اختر نسخة من النموذج من دون ذلك."],

  "recipe.invalid": (d) => [say`${d.file} ليس وصفة: ${d.reason}.`, "ابدأ من إعداد مسبق."],
  "recipe.classUnmatched": (d) => [say`لا قاعدة في الوصفة تقول كيف يُخزَّن ${d.weightClass}.`, `أضف قاعدة أخيرة نمطها ${typed("*")}.`],
  "recipe.unknownPreset": (d) => [say`لا توجد وصفة اسمها ${d.found}؛ الموجود ${d.known}.`, `سمِّ إحداها، أو مسار ملف وصفة ينتهي بـ ${typed(".json")}.`],

  "onnx.invalid": (d) => [say`${d.file} ليس رسمًا بيانيًا يمكن قراءته: ${d.reason}.`, "اصنع الحزمة من جديد من نقطة حفظها."],
  "onnx.limitExceeded": (d, f) => [say`${d.file}: قيمة ${d.limit} هي ${f.count(d.found)}؛ وأقصى المسموح ${f.count(d.allowed)}.`, DAMAGED],
  "package.notFound": (d) => [say`لا يوجد نموذج في ${d.file}.`, LIST_MODELS],
  "package.invalid": (d) => [say`${d.file} ليس حزمة نموذج: ${d.reason}.`, "تصير نقطة الحفظ حزمة بعد استيرادها وتكميمها؛ وتُثبَّت الحزمة التالفة من جديد من حزمة تسليمها."],
  "package.fileMissing": (d) => [say`${d.file} مفقود من الحزمة.`, "ثبّتها من جديد من حزمة تسليمها، أو اصنعها من جديد من نقطة حفظها."],
  "package.fileChanged": (d) => [say`غُيّر ${d.file} بعد صنع الحزمة: المتوقع ${d.expected}، والموجود ${d.found}.`, "لا تستعمل الحزمة. ثبّتها من جديد واعرف من غيّرها."],
  "package.newerFormat": (d) => [say`صيغة ${d.file} هي ${d.found}؛ ويقرأ هذا الإصدار من Sallyport حتى ${d.supported}.`, "استعمل الإصدار الذي صنعها، أو إصدارًا أحدث."],

  "plan.machineInvalid": (d) => [say`لا يصف ${d.file} جهازًا: ${d.reason}.`, `صِف الجهاز من جديد، أو أعطِ الملف الذي كتبه ${typed("capture.sh")}.`],
  "plan.newerMachine": (d) => [say`صيغة ${d.file} هي ${d.found}؛ ويقرأ هذا الإصدار حتى ${d.supported}.`, "استعمل الإصدار الذي كتبه، أو صِف الجهاز من جديد بهذا."],
  "plan.unknownPreset": (d) => [say`لا جهاز اسمه ${d.found}؛ الموجود ${d.known}.`, "اختر أحدها، أو هذا الجهاز، أو ملف موقع."],
  "plan.nothingToPlanOn": (d) => [say`لا يُعرف عن ${d.machine} ما يعمل عليه نموذج: لا ذاكرته ولا جهاز صالح.`, "تعرض صفحة الجهاز ما عُثر عليه؛ التقطه من جديد مع المخرجات الناقصة."],
  "plan.goalInvalid": (d) => [say`قيمة ${d.field} هي ${d.found}: ${d.expected}.`, "السياق والتزامن والعقد أعداد صحيحة من 1."],
  "plan.contextBeyondModel": (d, f) => [say`رموز سياق النموذج ${f.count(d.maxPositions)}؛ والمطلوب ${f.count(d.contextTokens)}.`, "اطلب سياقًا أقصر."],
  "plan.figuresInvalid": (d) => [say`ليس في ${d.file} أرقام موقع: ${d.reason}.`, `أعطِ فقط ما يخالف ${typed("resources/site-figures.json")} بالأسماء نفسها.`],
  "plan.fileInvalid": (d) => [say`${d.file} ليس خطة: ${d.reason}.`, "اصنع الخطة من جديد."],
  "plan.newerFormat": (d) => [say`صيغة ${d.file} هي ${d.found}؛ ويقرأ هذا الإصدار حتى ${d.supported}.`, "استعمل الإصدار الذي صنعها، أو اصنع الخطة من جديد."],
  "plan.notCheckable": (d) => [say`لا يمكن تجربة الخطة ${d.file} هنا (${d.reason}).`, "خطّط لحزمة من المخزن على هذا الجهاز."],

  "runtime.contextExceeded": (d, f) => [say`الرموز اللازمة: ${f.count(d.neededTokens)}؛ ويتسع سياق النموذج لعدد ${f.count(d.limitTokens)}.`, "اختصر المطالبة أو اطلب رموزًا أقل."],
  "runtime.cacheExceeded": (d, f) => [say`يلزم من الذاكرة المخبئية: ${f.count(d.neededTokens)} × ${f.bytes(d.bytesPerToken)} = ${f.bytes(d.neededBytes)}؛ والمسموح ${f.bytes(d.limitBytes)}.`, "اختصر المطالبة، أو اطلب رموزًا أقل، أو شغّل المنصة بحد أكبر."],
  "runtime.tokenOutOfRange": (d, f) => [say`الرمز ${d.tokenId} غير موجود؛ وحجم المفردات ${f.count(d.vocabSize)}.`, "المُرمِّز أو أرقام الرموز لنموذج آخر."],
  "runtime.promptEmpty": () => ["المطالبة فارغة.", "أدخل محرفًا واحدًا على الأقل."],
  "runtime.engineExited": (d) => [say`عملية المحرك: ${ended(d)}`, d.signal === "SIGKILL" ? KILLED_NEXT : "شغّلها من جديد؛ فإن انتهت ثانية فآخر كلماتها تقول لماذا."],
  "runtime.engineFailed": (d) => [say`رفض المحرك العمل: ${d.reason}.`, "افحص تطابق الحزمة؛ واصنعها من جديد إن فشل ذلك أيضًا."],
  "runtime.notLoaded": () => ["النموذج غير محمّل.", "ابدأ من جديد؛ فهو يُحمَّل عند أول استعمال."],
  "runtime.noTokenizer": (d) => [say`لا مُرمِّز للنموذج ${d.model}، فلا يمكن تحويل النص إلى رموز.`, `أضف ${typed("tokenizer.json")} إلى نقطة الحفظ، ثم استوردها وكمّمها من جديد.`],
  "runtime.noChatTemplate": (d) => [say`لا قالب محادثة للنموذج ${d.model}، فليس للرسائل شكل متفق عليه.`, "أعطِ مطالبة عادية: فتُكمَّل نصًا."],
  "runtime.templateFailed": (d) => [say`لا يصلح قالب محادثة ${d.model} لهذه الرسائل: ${d.reason}.`, `تريد قوالب كثيرة أن يتناوب ${typed("user")} و${typed("assistant")} بدءًا بـ ${typed("user")}.`],
  "runtime.samplingInvalid": (d) => [say`قيمة ${d.field} هي ${d.found}؛ والمتوقع ${d.expected}.`, "اختر قيمة ضمن المدى."],
  "runtime.constraintStuck": () => ["لا رمز في مفردات النموذج يمكنه متابعة قيمة JSON التي بدأت.", "اطلب من جديد من دون وضع JSON؛ فمفردات هذا النموذج لا تكتبه."],

  "parity.noRecord": (d) => [say`لا يحمل ${d.model} سجل تطابق للمقارنة به.`, "سجّل له تطابقًا أولًا، أو سمِّ ملف قيم متوقعة."],
  "parity.recordInvalid": (d) => [say`${d.file} ليس سجل تطابق: ${d.reason}.`, `يجب أن يحتوي على ${typed("input_ids, logits, greedy_ids")}؛ ويكتبه الأمر ${typed("sallyport parity record")}.`],
  "parity.failed": (d) => [say`لا يجيب ${d.model} كما سُجّل: أكبر فرق في logit هو ${d.maxAbsoluteDelta}، والمسموح ${d.toleranceAbsolute}${d.firstDivergingToken === null ? "." : "؛ وتختلف الإجابة الجشعة بدءًا من الرمز "}${d.firstDivergingToken ?? ""}`, "تحقق من الحزمة التي جاء منها. فإن كانت البايتات صحيحة فهذا الجهاز يحسب حسابًا مختلفًا: لا تعتمد على النموذج هنا."],
  "evaluate.textTooShort": (d, f) => [say`رموز ${d.file}: ${f.count(d.tokens)}؛ واللازم ${f.count(d.neededTokens)}.`, "خذ نصًا أطول أو نوافذ أصغر."],
  "benchmark.promptsInvalid": (d, f) => [say`${d.file}، ${d.line === null ? "الملف كله" : `السطر ${f.count(d.line)}`}: ${d.field} هو ${d.found}؛ والمتوقع ${d.expected}.`, 'كائن JSON واحد في كل سطر: {"prompt": "…"} أو {"messages": […]}.'],
  "benchmark.tooManyRuns": (d, f) => [say`مرات التشغيل الناتجة من المتنافسين والجولات والمطالبات: ${f.count(d.runs)}؛ ويتسع التقرير لعدد ${f.count(d.limit)}.`, "خذ مطالبات أقل أو جولات أقل."],
  "evaluate.vocabularyDiffers": (d) => [say`مفردات ${d.model} و${d.against} مختلفة، فلا تُقارن احتمالاتهما.`, "قارن حزمًا صُنعت من نقطة الحفظ نفسها، أو قِس بلا مقارنة."],

  "bundle.notFound": (d) => [say`لا توجد حزمة في ${d.file}.`, "تحقق من المسار؛ والحزم المصنوعة هنا مذكورة في صفحة الحزم."],
  "bundle.layoutInvalid": (d) => [say`${d.file} ليس كما يكون في حزمة: ${d.reason}.`, "انسخ الحزمة كلها من جديد. وإن جاءت من الخارج فاسأل مرسلها عن البصمة."],
  "bundle.blobMissing": (d) => [say`${d.file} مفقود (${d.digest}).`, "النسخة ناقصة. انسخ الحزمة من جديد."],
  "bundle.blobChanged": (d) => [say`${d.file} ليس ما حُزم: المتوقع ${d.expected}، والموجود ${d.found}.`, "لا تثبّتها. انسخ الحزمة من جديد؛ فإن اختلفت ثانية فقد غُيّرت في مصدرها."],
  "bundle.blobSizeMismatch": (d, f) => [say`بايتات ${d.file}: ${f.count(d.foundBytes)}؛ والذي حُزم ${f.count(d.expectedBytes)}.`, "انقطع النسخ أو غُيّرت النسخة. انسخ الحزمة من جديد."],
  "bundle.pathEscapes": (d) => [say`يسمي ${d.file} المسار ${d.found}، وهو خارج المجلد الهدف.`, "لا تثبّتها: الحزمة السليمة لا تفعل هذا."],
  "bundle.entryRefused": (d) => [say`في ${d.file} مدخل مرفوض: ${d.reason}.`, "لا تثبّتها: الحزمة السليمة لا تحتوي إلا على ملفات عادية."],
  "bundle.unexpectedFile": (d) => [say`لا يخص ${d.file} أي بيان في الحزمة.`, "احذفه إن كنت وضعته؛ وإلا فانسخ الحزمة من جديد من مصدرها."],
  "bundle.mediaTypeUnknown": (d) => [say`نوع وسائط ${d.file} هو ${d.found}، وهو غير معروف.`, "قد يكون من إصدار أحدث أو أداة أخرى. استعمل الأداة التي صنعته."],
  "bundle.digestMismatch": (d) => [say`بصمة الحزمة ${d.found}؛ والمتوقع ${d.expected}.`, "ليست الحزمة التي أُخبرت عنها. اسأل مرسلها عن البصمة عبر قناة أخرى."],
  "bundle.targetExists": (d) => [say`${d.file} موجود من قبل.`, "اختر مجلدًا آخر، أو احذف ذاك أولًا."],

  "store.newerSchema": (d) => [say`كتب ${d.file} إصدار أحدث من Sallyport (المخطط ${d.found}؛ ويعرف هذا ${d.supported}).`, "استعمل ذلك الإصدار الأحدث، أو مجلد منصة آخر."],
  "store.locked": (d) => [say`يقفل برنامج آخر الملف ${d.file}.`, "انتظر قليلًا ثم أعد المحاولة؛ وأغلق الأدوات التي تفتحه."],
  "store.notFound": (d) => [say`لا شيء اسمه ${d.reference} (${d.kind}).`, "ربما حُذف في هذه الأثناء. تعرض القوائم ما هو موجود؛ ويدخل المجلد بالاستيراد."],
  "store.ambiguous": (d) => [say`قد يعني ${d.reference} أكثر من شيء (${d.kind}): ${d.matches}.`, "أعطِ جزءًا أطول من المعرّف."],
  "store.inUse": (d) => [say`${d.id} مستعمل من ${d.by}.`, "احذف تلك أولًا، أو دع المهمة تنتهي أو ألغها."],
  "job.notResumable": (d) => [say`حالة المهمة ${d.id} هي ${d.state}؛ ولا تُستأنف إلا مهمة انقطعت أو فشلت أو أُلغيت.`, "ابدأ مهمة جديدة."],
  "job.notCancellable": (d) => [say`حالة المهمة ${d.id} هي ${d.state}، فلا شيء يُلغى.`, "تعرض صفحة المهام ما هو قيد التنفيذ."],
  "job.notRemovable": (d) => [say`حالة المهمة ${d.id} هي ${d.state}؛ ولا يُزال إلا ما توقف.`, "أوقفها أولًا."],
  "job.alreadyRunning": (d) => [say`المهمة ${d.id} قيد التنفيذ من قبل، في العملية ${d.pid}.`, "تابعها في صفحة المهمة."],
  "job.crashed": (d) => [say`عملية المهمة ${d.id}: ${ended(d)}`, d.signal === "SIGKILL" ? `${KILLED_NEXT} ويتابع الاستئناف من حيث توقفت.` : "يتابع الاستئناف من حيث توقفت؛ وآخر كلماتها تقول لماذا انتهت."],
  "job.cancelled": (d) => [say`أُلغيت المهمة ${d.id}.`, "يتابع الاستئناف من حيث توقفت."],
  "audit.broken": (d) => [say`سلسلة التدقيق مكسورة عند القيد ${d.entry}: ${d.reason}.`, "غيّر أحدهم السجلات. احفظ ملف قاعدة البيانات دليلًا وقارنه بنسخة احتياطية."],

  "server.queueFull": (d, f) => [say`الطلبات المنتظرة: ${f.count(d.waiting)}؛ والحد ${f.count(d.limit)}.`, say`أعد المحاولة بعد ${d.retryAfterSeconds} ث.`],
  "server.draining": (d) => ["الخادم يتوقف ولا يقبل طلبات جديدة.", say`أعد المحاولة بعد ${d.retryAfterSeconds} ث.`],
  "server.cannotListen": (d) => [say`لا يستطيع الخادم الاستماع على ${d.address}: ${d.reason}.`, "اختر عنوانًا آخر أو منفذًا آخر؛ والمنفذ 0 يأخذ أي منفذ حر."],
  "server.pagesMissing": (d) => [say`لا صفحات في ${d.directory}.`, `ابنها بالأمر ${typed("npm run build")}.`],
  "server.notRunning": (d) => [say`لا خادم صفحات يعمل على ${d.directory}.`, `شغّل واحدًا بالأمر ${typed("sallyport serve")}.`],
  "server.requestRefused": (d) => [sentence(d.reason), d.param === null ? "قارن الطلب بوصف الواجهة." : say`غيّر ${d.param} في الطلب.`],

  "engine.addressInvalid": (d) => [say`${d.found} ليس عنوان محرك؛ والمتوقع ${d.expected}.`, `اكتب العنوان الذي يجيب تحته ${typed("/v1/models")} في الخادم.`],
  "engine.nameInvalid": (d) => [say`لا يصلح ${d.found} اسمًا لمحرك.`, "استعمل الحروف اللاتينية والأرقام والنقط والشرطات؛ 64 على الأكثر، وأولها حرف أو رقم."],
  "engine.nameTaken": (d) => [say`يوجد محرك اسمه ${d.name}.`, "اختر اسمًا آخر، أو أزل ذلك المحرك أولًا."],
  "engine.modelUnchosen": (d) => [d.models === "" ? say`لا يقدّم ${d.url} أي نموذج.` : say`يقدّم ${d.url} عدة نماذج: ${d.models}.`, "اكتب النموذج المقصود."],
  "engine.unreachable": (d) => [say`تعذر الوصول إلى ${d.url}: ${d.reason}.`, "تحقق من أن الخادم يعمل ومن صحة العنوان والمنفذ."],
  "engine.silent": (d) => [say`لم يرسل ${d.url} شيئًا مدة ${d.seconds} ث.`, "انظر في سجل الخادم نفسه: ربما يحمّل نموذجًا أو هو مثقل أو عالق. ثم اسأل من جديد."],
  "engine.refused": (d) => [d.reason === "" ? say`رفض ${d.url} بالحالة ${d.status}.` : say`رفض ${d.url} بالحالة ${d.status}: ${d.reason}`, refusalNext(d.status)],
  "engine.redirected": (d) => [say`يحيل ${d.url} إلى مكان آخر (الحالة ${d.status}، إلى ${d.to}). لا تُتبع الإحالات: لا يُخاطَب إلا العنوان الذي سمّيته.`, "سمِّ العنوان الذي يحيل إليه إن كنت تثق به."],
  "engine.notOpenAi": (d) => [say`لا يجيب ${d.url} كخادم متوافق مع ${"OpenAI"}: ${d.found}.`, `تحقق من العنوان والمسار فيه؛ فكثير من الخوادم يجيب تحت ${typed("/v1")}.`],
  "engine.tooLarge": (d, f) => [say`أرسل ${d.url} أكثر من ${f.bytes(d.limitBytes)} دفعة واحدة.`, "لا يفعل ذلك خادم سليم. تحقق مما يعمل على ذلك العنوان."],
  "engine.cutOff": (d) => [say`انقطع ${d.url} في وسط إجابته: ${d.reason}.`, "انظر في سجل الخادم نفسه، ثم اسأل من جديد."],
  "engine.failed": (d) => [say`يبلّغ ${d.url} عن خلل عنده: ${d.reason}.`, "انظر في سجل الخادم نفسه."],
  "engine.noRoomBeside": (d, f) => [say`لا تتسع الذاكرة لهذه معًا: ${d.models}. المطلوب ${f.bytes(d.neededBytes)} والمتاح ${f.bytes(d.usableBytes)}.`, "اسأل كلًّا على حدة، أو خذ حزمًا أصغر، أو شغّل إحداها على جهاز آخر وسمّها محركًا."],
  "vote.notOpen": () => ["لا تقبل هذه المقارنة صوتًا: صُوّت عليها، أو لم تكتمل، أو هي من قبل تشغيل منصة العمل.", "اسأل من جديد وصوّت على الإجابتين الجديدتين."],
  "vote.none": () => ["لا صوت يُسحب.", "اسأل مجيبَين في التحكيم الأعمى ثم صوّت."],

  "machine.captureNotFound": (d) => [say`لا ملف التقاط في ${d.file}.`, `سمِّ الملف الذي كتبه ${typed("capture.sh")}، أو مجلدًا من المخرجات الملصقة؛ ويطبع ${typed("sallyport hardware capture --script")} البرنامج النصي.`],
  "machine.captureInvalid": (d) => [say`${d.file}: قيمة ${d.field} هي ${d.found}؛ والمتوقع ${d.expected}.`, `اقتُطع الملف أو غُيّر في طريقه. انسخه من جديد، أو شغّل ${typed("capture.sh")} من جديد.`],
  "machine.newerCapture": (d) => [say`صيغة ${d.file} هي ${d.found}؛ ويقرأ هذا الإصدار حتى ${d.supported}.`, `استعمل إصدارًا أحدث، أو شغّل ما يطبعه هذا بالأمر ${typed("sallyport hardware capture --script")}.`],
  "machine.captureTooLarge": (d, f) => [say`حجم ${d.file} هو ${f.bytes(d.bytes)}؛ ولا يزيد سجل سليم لجهاز على ${f.bytes(d.limitBytes)}.`, `تأكد أنه الملف الذي كتبه ${typed("capture.sh")}، أو مجلد ليس فيه إلا مخرجات ملصقة.`],
  "machine.captureTooManyFiles": (d, f) => [say`الملفات في ${d.file}: ${f.count(d.count)}؛ ويُنظر في ${f.count(d.limit)} على الأكثر.`, "سمِّ مجلدًا ليس فيه إلا مخرجات ملصقة."],
  "machine.captureArchived": (d) => [say`${d.file} أرشيف أو مستند مكتبي، لا نص مخرجات جهاز.`, "فُكّه وسمِّ المجلد، أو احفظ المستند نصًا عاديًا."],
  "machine.captureFailed": (d) => [say`تعذّر التقاط هذا الجهاز: ${d.reason}.`, `شغّل البرنامج النصي بنفسك لترى ما يقول: يطبعه ${typed("sallyport hardware capture --script")}.`],

  "files.linkImpossible": (d) => [say`لا يمكن ربط ${d.file} داخل ${d.to}: ${d.reason}.`, "يحتاج الرابط الصلب أن يكون الاثنان على نظام ملفات واحد يدعمه، وأن تكون الملفات لك. انسخ بدل ذلك، أو استخدمها في مكانها."],
  "files.notFound": (d) => [say`لا شيء في ${d.file}.`, "تحقق من المسار؛ ربما أُخرج قرص."],
  "files.notADirectory": (d) => [say`${d.file} ليس مجلدًا.`, "سمِّ المجلد الذي يحتويه."],
  "desktop.missing": () => ["لا يُفتح مربع حوار النظام إلا من نافذة Sallyport.", "اختر المجلد في الصفحة، أو أعطِ مساره."],
  "files.noSpace": (d, f) => [d.neededBytes === null ? say`لا مساحة باقية للملف ${d.file}.` : say`لا مساحة باقية للملف ${d.file}: اللازم ${f.bytes(d.neededBytes)}، والحر ${f.bytes(d.freeBytes)}.`, "أفسح مساحة (تعرض صفحة النماذج ما هو كبير)، أو شغّل المنصة بمجلد آخر."],
  "files.notPermitted": (d) => [say`لا يسمح النظام بالعملية ${d.operation} على ${d.file}.`, "غيّر الصلاحيات، أو شغّل المنصة بمستخدم يملكها."],
  "files.readFailed": (d) => [say`تعذّرت قراءة ${d.file}: ${d.reason}.`, "تأكد أن الملف موجود وأن القرص سليم."],
  "files.alreadyExists": (d) => [say`${d.file} موجود من قبل.`, "اختر اسمًا آخر، أو احذفه أولًا."],
  "usage.invalid": (d) => [sentence(d.reason), "غيّر ما أُدخل وأعد المحاولة."],
  "internal.unexpected": (d) => [say`حدث ما لا ينبغي أن يحدث: ${d.reason}.`, "هذا خلل في Sallyport. أبلغ عنه مع ما فعلته وهذه الرسالة؛ ولم يُرسَل شيء إلى أي مكان."],
};
