import type { ErrorTexts } from "./error-texts-en.ts";
import { isolated, say } from "./shown-text.ts";

const DAMAGED = "文件已损坏，或被有意伪造。请从来源重新获取，并核对校验和。";
const KILLED_NEXT = "SIGKILL 通常表示系统内存不足：请关闭其他程序，或选用更小的模型或配方。";
const LIST_MODELS = "“模型”页面列出了现有的模型。";

function ended({ exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null }): string {
  return signal !== null ? `被 ${signal} 终止。` : exitCode !== null ? `以状态 ${exitCode} 结束。` : "无声结束：进程被杀死，或机器停机。";
}

/** A reason that a program gave, as a sentence. */
function sentence(reason: string): string {
  return /[.)?]$/.test(reason) ? isolated(reason) : `${isolated(reason)}。`;
}

/** What to do about a server's refusal. */
function refusalNext(status: number): string {
  if (status === 401 || status === 403) return "密钥缺失或错误：请移除该引擎，再连同密钥重新登记。";
  if (status === 404) return "请检查地址中的路径，以及服务器是否有该模型。";
  if (status === 429) return "服务器繁忙，或密钥的配额已用完。请稍候再问。";
  return status >= 500 ? "请查看服务器自己的日志。" : "请修改其说明所指之处，然后重新提问。";
}

export const ERRORS_ZH_HANS: ErrorTexts = {
  "checkpoint.notFound": (d) => [say`${d.file} 处没有检查点。`, "请检查路径；应填写含有 config.json 的文件夹。"],
  "checkpoint.notADirectory": (d) => [say`${d.file} 不是文件夹。`, "请填写含有 config.json 和 .safetensors 文件的文件夹。"],
  "checkpoint.configMissing": (d) => [say`缺少 ${d.file}，无法得知模型的形状。`, "请把模型仓库中的 config.json 复制到该文件夹。"],
  "checkpoint.noWeights": (d) => [say`${d.file} 中没有 .safetensors 文件。`, "请获取 safetensors 格式的权重。只有 config.json 时仍可查看其结构。"],
  "checkpoint.pickleRefused": (d) => [say`${d.file} 是 Python pickle。加载它会运行作者放入的任意程序，因此拒绝。`, "请改用模型的 safetensors 文件，或在可随时废弃的机器上转换，并从文件夹中移除该 pickle。"],
  "checkpoint.jsonInvalid": (d) => [say`${d.file} 不是有效的 JSON：${d.reason}。`, "请重新获取文件；如果您编辑过它，请修复所指出的位置。"],
  "checkpoint.jsonTooLarge": (d, f) => [say`${d.file} 有 ${f.bytes(d.bytes)}；此类正常文件不会超过 ${f.bytes(d.limitBytes)}。`, DAMAGED],
  "checkpoint.fieldInvalid": (d) => [say`${d.file}：${d.field} 为 ${d.found}；应为 ${d.expected}。`, "请与模型仓库中的文件比较。"],
  "checkpoint.headerTooLong": (d, f) => [say`${d.file}：文件头声称有 ${f.bytes(d.bytes)}；上限为 ${f.bytes(d.limitBytes)}。`, DAMAGED],
  "checkpoint.headerTruncated": (d, f) => [say`${d.file} 过早结束：只有 ${f.bytes(d.bytes)}，而文件头需要 ${f.bytes(d.neededBytes)}。`, "下载被中断。请重新获取文件。"],
  "checkpoint.headerInvalid": (d) => [say`${d.file}：文件头不是 safetensors 文件头：${d.reason}。`, DAMAGED],
  "checkpoint.tooManyTensors": (d, f) => [say`${d.file} 列出了 ${f.count(d.count)} 个张量；上限为 ${f.count(d.limit)}。`, DAMAGED],
  "checkpoint.tensorNameInvalid": (d) => [say`${d.file}：${d.field} 为 ${d.found}，不能作为张量名。`, DAMAGED],
  "checkpoint.dtypeUnsupported": (d) => [say`${d.file}：${d.field} 为 ${d.found}；支持的类型有 ${d.supported}。`, "请获取受支持类型的模型，或用制作它的工具转换。"],
  "checkpoint.shapeInvalid": (d) => [say`${d.file}：${d.field} 为 ${d.found}，不是形状。`, DAMAGED],
  "checkpoint.offsetOutOfBounds": (d, f) => [say`${d.file}：${d.field} 为 ${d.found}，超出了 ${f.bytes(d.fileBytes)} 的文件。`, "下载被中断，或文件头不实。请重新获取文件。"],
  "checkpoint.tensorsOverlap": (d) => [say`${d.file}：${d.tensor} 与 ${d.other} 占用相同的字节。`, DAMAGED],
  "checkpoint.gapBetweenTensors": (d, f) => [say`${d.file}：${d.tensor} 旁有 ${f.bytes(d.bytes)} 不属于任何张量，可能藏有数据。`, DAMAGED],
  "checkpoint.sizeMismatch": (d, f) => [say`${d.file}：${d.field} 为 ${d.found}：形状和类型需要 ${f.bytes(d.expectedBytes)}，文件给出 ${f.bytes(d.foundBytes)}。`, DAMAGED],
  "checkpoint.duplicateName": (d) => [say`${d.file} 两次使用名称 ${d.name}。`, DAMAGED],
  "checkpoint.duplicateTensor": (d) => [say`${d.tensor} 既在 ${d.file} 中，又在 ${d.otherFile} 中。`, "请移除不属于该模型的文件（常常是另一种精度的副本）。"],
  "checkpoint.indexPathEscapes": (d) => [say`${d.file}：${d.field} 为 ${d.found}，指向文件夹之外。`, "不要使用这个检查点：正常的索引只列出同一文件夹中的文件。"],
  "checkpoint.linkEscapes": (d) => [say`${d.file} 是指向 ${d.target} 的链接，位于检查点之外。`, "请用所指的文件替换该链接。模型缓存内部的链接没有问题。"],
  "checkpoint.shardMissing": (d) => [say`${d.file} 列出了 ${d.shard}，但它不存在。`, "请把缺少的文件放入文件夹。"],
  "checkpoint.tensorMissing": (d) => [say`${d.directory}：模型需要 ${d.tensor}，但没有文件含有它。`, "请重新获取检查点；可能缺少分片，或 config.json 属于另一个模型。"],
  "checkpoint.tensorNotInShard": (d) => [say`索引称 ${d.tensor} 在 ${d.file} 中，实际不在。`, "索引与文件版本不一致。请重新获取两者。"],
  "checkpoint.tensorUnexpected": (d, f) => [say`有 ${f.count(d.count)} 个张量在模型中没有位置，第一个是 ${d.tensor}。`, "config.json 可能属于另一个模型，或尚不支持这种变体。"],
  "checkpoint.tensorShape": (d) => [say`${d.tensor} 的形状为 ${d.found}；按 config.json 应为 ${d.expected}。`, "config.json 与权重属于不同的模型。请重新获取两者。"],
  "checkpoint.scaleMissing": (d) => [say`${d.tensor} 以 float8 存储，但缺少缩放系数 ${d.scale}。`, "请重新获取检查点；没有缩放系数，权重没有意义。"],
  "checkpoint.scaleShape": (d) => [say`${d.tensor} 的缩放系数形状为 ${d.found}；其分块需要 ${d.expected}。`, "config.json 的分块大小与权重属于不同的模型。请重新获取两者。"],
  "checkpoint.valueNotFinite": (d, f) => [say`${d.file}：${d.tensor} 的第 ${f.count(d.index)} 个值为 NaN 或无穷大。`, DAMAGED],
  "checkpoint.quantizationUnsupported": (d) => [say`${d.file}：${d.field} 为 ${d.found}，无法读取这种量化；支持的有 ${d.supported}。`, "请使用同一模型的原始权重（bfloat16、float16、float8）。"],
  "checkpoint.changedDuringRead": (d) => [say`${d.file} 在读取过程中发生了变化。`, "请等写入它的程序完成后再开始。"],
  "checkpoint.checksumMismatch": (d) => [say`${d.file} 的校验和为 ${d.found}；应为 ${d.expected}。`, "文件在途中被更改或损坏。请从可靠来源重新导入检查点。"],
  "checkpoint.checksumWrong": (d) => [say`${d.file} 与${d.list === "pasted" ? "粘贴的列表" : d.list} 不符：应为 ${d.expected}，实为 ${d.found}。`, "文件在途中被更改或损坏，或者列表属于另一版本。请重新获取文件，或向发送方索取列表。"],
  "checkpoint.checksumListInvalid": (d) => [say`${d.file === "pasted" ? "粘贴的校验和列表" : d.file}${d.line === null ? "" : `，第 ${d.line} 行`}：${d.reason}。`, "需要 SHA-256 校验和列表，格式与 sha256sum 的输出相同。"],
  "checkpoint.templateNotApproved": (d) => [say`${d.file}：批准的对话模板为 ${d.approved}，现在为 ${d.found}。`, "模板在阅读之后被更改。请重新阅读后再导入。"],
  "checkpoint.templateInvalid": (d) => [say`${d.file}：对话模板不能使用：${d.reason}。`, "请使用模型仓库中的模板。没有模板，模型仍可续写文本。"],
  "checkpoint.tokenizerInvalid": (d) => [say`${d.file}：分词器不能使用：${d.reason}。`, "请使用模型仓库中的 tokenizer.json 和 tokenizer_config.json。"],

  "spec.architectureUnknown": (d) => [say`不认识架构 ${d.found}；支持的有 ${d.supported}。`, "请选择受支持系列的模型；ARCHITECTURE.md 说明了如何增加系列。"],
  "spec.fieldMissing": (d) => [say`config.json 中没有 ${d.field}，而 ${d.family} 需要它。`, "请从模型仓库重新获取 config.json。"],
  "spec.fieldInvalid": (d) => [say`config.json：${d.field} 为 ${d.found}；${d.family} 应为 ${d.expected}。`, "请重新获取 config.json；如果编辑过，请撤销更改。"],
  "spec.featureUnsupported": (d) => [say`config.json 要求 ${d.field} = ${d.found}，${d.family} 不支持。`, "请选择不含该特性的模型变体。"],

  "recipe.invalid": (d) => [say`${d.file} 不是配方：${d.reason}。`, "请从预设开始。"],
  "recipe.classUnmatched": (d) => [say`配方中没有规则说明如何存储 ${d.weightClass}。`, "请在最后加上模式为 “*” 的规则。"],
  "recipe.unknownPreset": (d) => [say`没有名为 ${d.found} 的配方；现有 ${d.known}。`, "请选择其中之一，或填写以 .json 结尾的配方文件路径。"],

  "onnx.invalid": (d) => [say`${d.file} 不是可读取的计算图：${d.reason}。`, "请用检查点重新制作模型包。"],
  "onnx.limitExceeded": (d, f) => [say`${d.file}：${d.limit} 为 ${f.count(d.found)}；最多允许 ${f.count(d.allowed)}。`, DAMAGED],
  "package.notFound": (d) => [say`${d.file} 处没有模型。`, LIST_MODELS],
  "package.invalid": (d) => [say`${d.file} 不是模型包：${d.reason}。`, "检查点经导入和量化成为模型包；损坏的模型包请从交付包重新安装。"],
  "package.fileMissing": (d) => [say`模型包中缺少 ${d.file}。`, "请从交付包重新安装，或用检查点重新制作。"],
  "package.fileChanged": (d) => [say`${d.file} 在制成模型包后被更改：应为 ${d.expected}，实为 ${d.found}。`, "不要使用该模型包。请从交付包重新安装，并查明是谁更改了它。"],
  "package.newerFormat": (d) => [say`${d.file} 的格式为 ${d.found}；当前 Sallyport 最高支持 ${d.supported}。`, "请使用制作它的 Sallyport 或更新的版本。"],

  "plan.machineInvalid": (d) => [say`${d.file} 没有描述一台机器：${d.reason}。`, "请重新描述机器，或给出 capture.sh 生成的采集文件。"],
  "plan.newerMachine": (d) => [say`${d.file} 的格式为 ${d.found}；当前 Sallyport 最高支持 ${d.supported}。`, "请使用写出它的 Sallyport，或用当前版本重新描述机器。"],
  "plan.unknownPreset": (d) => [say`没有名为 ${d.found} 的机器；现有 ${d.known}。`, "请选择其中之一、本机，或一个站点文件。"],
  "plan.nothingToPlanOn": (d) => [say`对 ${d.machine} 没有可供运行模型的信息：既不知道内存，也没有可用设备。`, "机器页面显示了已发现的内容；请补上缺少的输出重新采集。"],
  "plan.goalInvalid": (d) => [say`${d.field} 为 ${d.found}：${d.expected}。`, "上下文、并发数和节点数都是从 1 开始的整数。"],
  "plan.contextBeyondModel": (d, f) => [say`该模型的上下文为 ${f.count(d.maxPositions)} 个词元；要求了 ${f.count(d.contextTokens)} 个。`, "请使用更短的上下文。"],
  "plan.figuresInvalid": (d) => [say`${d.file} 中没有站点数值：${d.reason}。`, "只需给出与 resources/site-figures.json 不同的项，名称相同。"],
  "plan.fileInvalid": (d) => [say`${d.file} 不是规划：${d.reason}。`, "请重新制作规划。"],
  "plan.newerFormat": (d) => [say`${d.file} 的格式为 ${d.found}；当前 Sallyport 最高支持 ${d.supported}。`, "请使用制作它的 Sallyport，或重新制作规划。"],
  "plan.notCheckable": (d) => [say`规划 ${d.file} 无法在此验证（${d.reason}）。`, "请为本机规划一个库中的模型包。"],

  "runtime.contextExceeded": (d, f) => [say`需要 ${f.count(d.neededTokens)} 个词元；模型的上下文为 ${f.count(d.limitTokens)} 个。`, "请缩短提示词，或减少要生成的词元。"],
  "runtime.cacheExceeded": (d, f) => [say`需要 ${f.count(d.neededTokens)} 个词元 × ${f.bytes(d.bytesPerToken)} = ${f.bytes(d.neededBytes)} 的缓存；可用 ${f.bytes(d.limitBytes)}。`, "请缩短提示词，减少要生成的词元，或以更大的缓存上限启动工作台。"],
  "runtime.tokenOutOfRange": (d, f) => [say`词元 ${d.tokenId} 不存在；词表有 ${f.count(d.vocabSize)} 个。`, "分词器或词元编号属于另一个模型。"],
  "runtime.promptEmpty": () => ["提示词为空。", "请至少输入一个字符。"],
  "runtime.engineExited": (d) => [say`引擎进程${ended(d)}`, d.signal === "SIGKILL" ? KILLED_NEXT : "请重新启动；如果再次结束，最后的日志会说明原因。"],
  "runtime.engineFailed": (d) => [say`引擎拒绝工作：${d.reason}。`, "请检查模型包的一致性；如果也失败，请重新制作。"],
  "runtime.notLoaded": () => ["模型尚未加载。", "请重新开始；首次使用时会加载。"],
  "runtime.noTokenizer": (d) => [say`${d.model} 没有分词器，无法把文本变成词元。`, "请在检查点中加入 tokenizer.json，然后重新导入和量化。"],
  "runtime.noChatTemplate": (d) => [say`${d.model} 没有对话模板，消息没有约定的格式。`, "请输入普通提示词：它会被当作文本续写。"],
  "runtime.templateFailed": (d) => [say`${d.model} 的对话模板不适用于这些消息：${d.reason}。`, "许多模板要求 user 与 assistant 轮流出现，并以 user 开始。"],
  "runtime.samplingInvalid": (d) => [say`${d.field} 为 ${d.found}；应为 ${d.expected}。`, "请选择范围内的值。"],
  "runtime.constraintStuck": () => ["词表中没有词元能接续已开始的 JSON 值。", "请不用 JSON 模式重试；该模型的词表写不出 JSON。"],

  "parity.noRecord": (d) => [say`${d.model} 没有可供比较的一致性记录。`, "请先为它记录一致性，或指定预期 logits 的文件。"],
  "parity.recordInvalid": (d) => [say`${d.file} 不是一致性记录：${d.reason}。`, "它必须含有 input_ids、logits 和 greedy_ids；“sallyport parity record” 可以写出。"],
  "parity.failed": (d) => [say`${d.model} 的回答与记录不符：logit 最大差为 ${d.maxAbsoluteDelta}，允许 ${d.toleranceAbsolute}${d.firstDivergingToken === null ? "。" : "；贪心回答从此词元起不同："}${d.firstDivergingToken ?? ""}`, "请校验它所来自的交付包。如果字节无误，说明这台机器的计算不同：不要在此依赖该模型。"],
  "evaluate.textTooShort": (d, f) => [say`${d.file} 有 ${f.count(d.tokens)} 个词元；需要 ${f.count(d.neededTokens)} 个。`, "请使用更长的文本或更小的窗口。"],
  "benchmark.promptsInvalid": (d, f) => [say`${d.file}，${d.line === null ? "整个文件" : `第 ${f.count(d.line)} 行`}：${d.field} 为 ${d.found}；应为 ${d.expected}。`, '每行一个 JSON 对象：{"prompt": "…"} 或 {"messages": […]}。'],
  "benchmark.tooManyRuns": (d, f) => [say`参与者、轮次与提示共需 ${f.count(d.runs)} 次运行；一份报告最多容纳 ${f.count(d.limit)} 次。`, "请减少提示或轮次。"],
  "evaluate.vocabularyDiffers": (d) => [say`${d.model} 与 ${d.against} 的词表不同，概率无法比较。`, "请比较由同一检查点制成的模型包，或不作对照测量。"],

  "bundle.notFound": (d) => [say`${d.file} 处没有交付包。`, "请检查路径；在此制作的交付包列在“交付包”页面。"],
  "bundle.layoutInvalid": (d) => [say`${d.file} 不符合交付包的结构：${d.reason}。`, "请重新复制整个交付包。如果来自外部，请向发送方索取摘要。"],
  "bundle.blobMissing": (d) => [say`缺少 ${d.file}（${d.digest}）。`, "复制不完整。请重新复制交付包。"],
  "bundle.blobChanged": (d) => [say`${d.file} 不是打包时的内容：应为 ${d.expected}，实为 ${d.found}。`, "不要安装。请重新复制；如果仍然不同，说明在源头已被更改。"],
  "bundle.blobSizeMismatch": (d, f) => [say`${d.file} 有 ${f.count(d.foundBytes)} 字节；打包时为 ${f.count(d.expectedBytes)}。`, "复制被中断或内容被更改。请重新复制交付包。"],
  "bundle.pathEscapes": (d) => [say`${d.file} 列出了 ${d.found}，这是目标文件夹之外的路径。`, "不要安装：正常的交付包不会这样。"],
  "bundle.entryRefused": (d) => [say`${d.file} 含有被拒绝的条目：${d.reason}。`, "不要安装：正常的交付包只含普通文件。"],
  "bundle.unexpectedFile": (d) => [say`${d.file} 不属于交付包的任何清单。`, "如果是您放入的，请移除；否则请从来源重新复制。"],
  "bundle.mediaTypeUnknown": (d) => [say`${d.file} 的媒体类型为 ${d.found}，无法识别。`, "它可能来自更新的 Sallyport 或其他工具。请使用制作它的工具。"],
  "bundle.digestMismatch": (d) => [say`交付包的摘要是 ${d.found}；预期 ${d.expected}。`, "这不是告知您的那个交付包。请通过其他渠道向发送方核实摘要。"],
  "bundle.targetExists": (d) => [say`${d.file} 已经存在。`, "请选择其他文件夹，或先移除它。"],

  "store.newerSchema": (d) => [say`${d.file} 由更新的 Sallyport 写成（结构 ${d.found}；当前支持 ${d.supported}）。`, "请使用更新的 Sallyport，或使用另一个主目录。"],
  "store.locked": (d) => [say`${d.file} 被另一个程序锁定。`, "请稍候再试；关闭打开该文件的其他工具。"],
  "store.notFound": (d) => [say`没有名为 ${d.reference} 的对象（${d.kind}）。`, "它可能刚被删除。列表显示现有内容；文件夹需先导入。"],
  "store.ambiguous": (d) => [say`${d.reference} 可能指多个对象（${d.kind}）：${d.matches}。`, "请给出更长的标识。"],
  "store.inUse": (d) => [say`${d.id} 正被 ${d.by} 使用。`, "请先删除它们，或等任务结束或取消任务。"],
  "job.notResumable": (d) => [say`任务 ${d.id} 的状态为 ${d.state}；只有中断、失败或取消的任务可以继续。`, "请重新开始一个任务。"],
  "job.notCancellable": (d) => [say`任务 ${d.id} 的状态为 ${d.state}，没有可取消的内容。`, "“任务”页面显示正在运行的任务。"],
  "job.notRemovable": (d) => [say`任务 ${d.id} 的状态为 ${d.state}；只能移除已停止的任务。`, "请先停止它。"],
  "job.alreadyRunning": (d) => [say`任务 ${d.id} 已在运行，进程 ${d.pid}。`, "请在任务页面查看。"],
  "job.crashed": (d) => [say`任务 ${d.id} 的进程${ended(d)}`, d.signal === "SIGKILL" ? `${KILLED_NEXT} 可从停下的地方继续。` : "可从停下的地方继续；最后的日志说明了原因。"],
  "job.cancelled": (d) => [say`任务 ${d.id} 已取消。`, "可从停下的地方继续。"],
  "audit.broken": (d) => [say`审计链在第 ${d.entry} 条处断裂：${d.reason}。`, "有人更改了记录。请保留数据库文件作为证据，并与备份比较。"],

  "server.queueFull": (d, f) => [say`已有 ${f.count(d.waiting)} 个请求在等待；上限为 ${f.count(d.limit)}。`, say`请在 ${d.retryAfterSeconds} 秒后重试。`],
  "server.draining": (d) => ["服务器正在关闭，不再接受新请求。", say`请在 ${d.retryAfterSeconds} 秒后重试。`],
  "server.cannotListen": (d) => [say`服务器无法在 ${d.address} 上监听：${d.reason}。`, "请选择其他地址或端口；端口 0 表示任意空闲端口。"],
  "server.pagesMissing": (d) => [say`${d.directory} 中没有页面。`, "请用 “npm run build” 构建。"],
  "server.notRunning": (d) => [say`${d.directory} 上没有运行页面服务器。`, "请用 “sallyport serve” 启动。"],
  "server.requestRefused": (d) => [sentence(d.reason), d.param === null ? "请对照接口说明检查请求。" : say`请修改请求中的 ${d.param}。`],

  "engine.addressInvalid": (d) => [say`${d.found} 不是引擎的地址；应为 ${d.expected}。`, "请填写服务器的 /v1/models 能够应答的地址。"],
  "engine.nameInvalid": (d) => [say`${d.found} 不能作为引擎的名称。`, "请使用字母、数字、点、连字符和下划线；最多 64 个字符，以字母或数字开头。"],
  "engine.nameTaken": (d) => [say`已有名为 ${d.name} 的引擎。`, "请换一个名称，或先移除那个引擎。"],
  "engine.modelUnchosen": (d) => [d.models === "" ? say`${d.url} 不提供任何模型。` : say`${d.url} 提供多个模型：${d.models}。`, "请写明所指的模型。"],
  "engine.unreachable": (d) => [say`无法连接 ${d.url}：${d.reason}。`, "请确认服务器正在运行，地址和端口正确。"],
  "engine.silent": (d) => [say`${d.url} 已有 ${d.seconds} 秒没有发送任何内容。`, "请查看服务器自己的日志：它可能正在加载模型、过载或卡住。然后重新提问。"],
  "engine.refused": (d) => [d.reason === "" ? say`${d.url} 以状态 ${d.status} 拒绝。` : say`${d.url} 以状态 ${d.status} 拒绝：${d.reason}`, refusalNext(d.status)],
  "engine.redirected": (d) => [say`${d.url} 指向别处（状态 ${d.status}，目标 ${d.to}）。不会跟随重定向：只与您登记的地址通信。`, "如果信任它所指的地址，请登记那个地址。"],
  "engine.notOpenAi": (d) => [say`${d.url} 的应答不符合 OpenAI 兼容服务器：${d.found}。`, "请检查地址及其中的路径；许多服务器在 /v1 下应答。"],
  "engine.tooLarge": (d, f) => [say`${d.url} 一次发送的内容超过 ${f.bytes(d.limitBytes)}。`, "正常的服务器不会这样。请检查该地址上运行的是什么。"],
  "engine.cutOff": (d) => [say`${d.url} 在回答中途断开：${d.reason}。`, "请查看服务器自己的日志，然后重新提问。"],
  "engine.failed": (d) => [say`${d.url} 报告自身故障：${d.reason}。`, "请查看服务器自己的日志。"],
  "engine.noRoomBeside": (d, f) => [say`${d.models} 无法同时放入内存：需要 ${f.bytes(d.neededBytes)}，可用 ${f.bytes(d.usableBytes)}。`, "请先后提问、换用更小的模型包，或让其中一个在另一台机器上运行并登记为引擎。"],
  "vote.notOpen": () => ["这次对比不接受投票：已投过票、没有完成，或早于工作台的启动。", "请重新提问，并对新的回答投票。"],
  "vote.none": () => ["没有可以撤回的投票。", "请在盲评方式下向两个回答者提问，然后投票。"],

  "machine.captureNotFound": (d) => [say`${d.file} 处没有采集文件。`, "请填写 capture.sh 写出的文件，或存放粘贴输出的文件夹；“sallyport hardware capture --script” 会打印脚本。"],
  "machine.captureInvalid": (d) => [say`${d.file}：${d.field} 为 ${d.found}；应为 ${d.expected}。`, "采集文件在途中被截断或更改。请重新复制，或再次运行 capture.sh。"],
  "machine.newerCapture": (d) => [say`${d.file} 的采集格式为 ${d.found}；当前 Sallyport 最高支持 ${d.supported}。`, "请使用更新的 Sallyport，或运行当前版本用 “sallyport hardware capture --script” 打印的脚本。"],
  "machine.captureTooLarge": (d, f) => [say`${d.file} 有 ${f.bytes(d.bytes)}；正常的机器记录不会超过 ${f.bytes(d.limitBytes)}。`, "请确认它是 capture.sh 写出的文件，或只含粘贴输出的文件夹。"],
  "machine.captureTooManyFiles": (d, f) => [say`${d.file} 含有 ${f.count(d.count)} 个文件；最多查看 ${f.count(d.limit)} 个。`, "请填写只含粘贴输出的文件夹。"],
  "machine.captureArchived": (d) => [say`${d.file} 是压缩包或办公文档，而不是机器输出的文本。`, "请解压并填写文件夹，或把文档另存为纯文本。"],
  "machine.captureFailed": (d) => [say`无法采集本机：${d.reason}。`, "请手动运行脚本查看输出：“sallyport hardware capture --script” 会打印它。"],

  "files.linkImpossible": (d) => [say`无法将 ${d.file} 链接到 ${d.to}：${d.reason}。`, "硬链接要求两者位于同一个支持硬链接的文件系统，且文件属于自己。请改用复制，或就地使用。"],
  "files.notFound": (d) => [say`${d.file} 处没有任何内容。`, "请检查路径；磁盘可能已被取出。"],
  "files.notADirectory": (d) => [say`${d.file} 不是文件夹。`, "请填写包含它的文件夹。"],
  "desktop.missing": () => ["系统对话框只能从 Sallyport 窗口打开。", "请在页面中选择文件夹，或填写路径。"],
  "files.noSpace": (d, f) => [d.neededBytes === null ? say`没有空间存放 ${d.file}。` : say`没有空间存放 ${d.file}：需要 ${f.bytes(d.neededBytes)}，剩余 ${f.bytes(d.freeBytes)}。`, "请腾出空间（“模型”页面显示占用大小），或以另一个主目录启动工作台。"],
  "files.notPermitted": (d) => [say`系统不允许对 ${d.file} 执行 ${d.operation}。`, "请更改权限，或以有权限的用户运行。"],
  "files.readFailed": (d) => [say`无法读取 ${d.file}：${d.reason}。`, "请确认文件存在且磁盘正常。"],
  "files.alreadyExists": (d) => [say`${d.file} 已经存在。`, "请选择其他名称，或先移除它。"],
  "usage.invalid": (d) => [sentence(d.reason), "请修改输入后重试。"],
  "internal.unexpected": (d) => [say`发生了不应发生的情况：${d.reason}。`, "这是 Sallyport 的缺陷。请连同您的操作和这条消息一起报告；没有向任何地方发送内容。"],
};
