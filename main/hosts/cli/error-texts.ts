import type { ErrorCode, ErrorDetails, WorkbenchError } from "../../../shared/errors.ts";
import { formatBytes, formatCount } from "./format-units.ts";

/** What happened, and what to do about it. Plain English, no code names; one sentence or two each. */
export interface ErrorText {
  readonly what: string;
  readonly next: string;
}

type ErrorTexts = { readonly [C in ErrorCode]: (details: ErrorDetails[C]) => ErrorText };

const DAMAGED = "The file is damaged or was made to mislead. Fetch it again from where it came from and compare its checksum.";
const LIST_MODELS = 'See what there is with "sallyport model ls"; a directory is named by a path, as in ./my-model.';

/** Where and what, as every parser's error says it. */
function at(fault: { readonly file: string; readonly field: string; readonly found: string }): string {
  return `${fault.file}: ${fault.field} is ${fault.found}`;
}

function exit(details: { readonly exitCode: number | null; readonly signal: string | null; readonly log: string }): string {
  const how = details.signal !== null ? `was ended by ${details.signal}` : details.exitCode !== null ? `ended with status ${details.exitCode}` : "ended without a word: it was killed, or the machine went down";
  return `${how}.${details.log.trim() === "" ? "" : ` Its last words:\n${details.log.trim()}`}`;
}

const KILLED_NEXT = "SIGKILL usually means that the system ran out of memory: close other programs, or take a smaller model or recipe.";

const NOT_CHECKABLE: Readonly<Record<string, string>> = {
  notPackage: "it is of a checkpoint or a config, which do not run", notLive: "it was made for a machine from elsewhere or a preset", otherMachine: "it was made for a machine with another processor",
  noEmbedded: "it has no line for the embedded engine", doesNotFit: "the model does not fit by its own figures", otherModel: "the package it was made of is not in the store",
  noPrediction: "nobody could measure this machine's memory, so there is no speed to compare",
};

export const ERROR_TEXTS: ErrorTexts = {
  "checkpoint.notFound": (d) => ({ what: `There is no checkpoint at ${d.file}.`, next: "Check the path; the directory that holds config.json is meant." }),
  "checkpoint.notADirectory": (d) => ({ what: `${d.file} is not a directory.`, next: "Name the directory that holds config.json and the .safetensors files." }),
  "checkpoint.configMissing": (d) => ({ what: `${d.file} is missing, so the model's shape is unknown.`, next: "Copy config.json from the model's repository into the directory." }),
  "checkpoint.noWeights": (d) => ({ what: `${d.file} holds no .safetensors file.`, next: "Fetch the weights in safetensors format. A lone config.json can be looked at with \"sallyport model inspect\"." }),
  "checkpoint.pickleRefused": (d) => ({
    what: `${d.file} is a Python pickle. Loading one runs whatever program its author put in, so it is refused.`,
    next: "Take the model's safetensors files instead, or convert it on a machine you can throw away, and remove the pickle from the directory.",
  }),
  "checkpoint.jsonInvalid": (d) => ({ what: `${d.file} is not valid JSON: ${d.reason}.`, next: "Fetch the file again; if you edited it, repair what the message points at." }),
  "checkpoint.jsonTooLarge": (d) => ({ what: `${d.file} has ${formatBytes(d.bytes)}; no honest file of its kind is above ${formatBytes(d.limitBytes)}.`, next: DAMAGED }),
  "checkpoint.fieldInvalid": (d) => ({ what: `${at(d)}; expected ${d.expected}.`, next: "Compare the file with the one in the model's repository." }),
  "checkpoint.headerTooLong": (d) => ({ what: `${d.file}: its header claims ${formatBytes(d.bytes)}; the limit is ${formatBytes(d.limitBytes)}.`, next: DAMAGED }),
  "checkpoint.headerTruncated": (d) => ({ what: `${d.file} ends too early: it has ${formatBytes(d.bytes)} and needs ${formatBytes(d.neededBytes)} for its header.`, next: "The download was cut off. Fetch the file again." }),
  "checkpoint.headerInvalid": (d) => ({ what: `${d.file}: the header is not a safetensors header: ${d.reason}.`, next: DAMAGED }),
  "checkpoint.tooManyTensors": (d) => ({ what: `${d.file} lists ${formatCount(d.count)} tensors; the limit is ${formatCount(d.limit)}.`, next: DAMAGED }),
  "checkpoint.tensorNameInvalid": (d) => ({ what: `${at(d)}, which cannot be a tensor's name.`, next: DAMAGED }),
  "checkpoint.dtypeUnsupported": (d) => ({ what: `${at(d)}; supported are ${d.supported}.`, next: "Fetch the model in one of the supported types, or convert it with the tool that made it." }),
  "checkpoint.shapeInvalid": (d) => ({ what: `${at(d)}, which is not a shape.`, next: DAMAGED }),
  "checkpoint.offsetOutOfBounds": (d) => ({ what: `${at(d)}, outside the file of ${formatBytes(d.fileBytes)}.`, next: "The download was cut off, or the header lies. Fetch the file again." }),
  "checkpoint.tensorsOverlap": (d) => ({ what: `${d.file}: ${d.tensor} and ${d.other} claim the same bytes.`, next: DAMAGED }),
  "checkpoint.gapBetweenTensors": (d) => ({ what: `${d.file}: ${formatBytes(d.bytes)} beside ${d.tensor} belong to no tensor. Data could hide there.`, next: DAMAGED }),
  "checkpoint.sizeMismatch": (d) => ({ what: `${at(d)}: shape and type need ${formatBytes(d.expectedBytes)}, the file gives it ${formatBytes(d.foundBytes)}.`, next: DAMAGED }),
  "checkpoint.duplicateName": (d) => ({ what: `${d.file} names ${d.name} twice.`, next: DAMAGED }),
  "checkpoint.duplicateTensor": (d) => ({ what: `${d.tensor} is in ${d.file} and again in ${d.otherFile}.`, next: "Remove the file that does not belong to this model (often a second copy in another precision)." }),
  "checkpoint.indexPathEscapes": (d) => ({ what: `${at(d)}, which leads out of the directory.`, next: "Do not use this checkpoint: an honest index names files beside itself." }),
  "checkpoint.linkEscapes": (d) => ({ what: `${d.file} is a link to ${d.target}, outside the checkpoint.`, next: "Replace the link by the file it points to. Links inside a hub cache are fine." }),
  "checkpoint.shardMissing": (d) => ({ what: `${d.file} lists ${d.shard}, which is not there.`, next: "Fetch the missing file into the directory." }),
  "checkpoint.tensorMissing": (d) => ({ what: `${d.directory}: the model needs ${d.tensor}, and no file has it.`, next: "Fetch the checkpoint again; a shard is missing or config.json belongs to another model." }),
  "checkpoint.tensorNotInShard": (d) => ({ what: `The index says that ${d.tensor} is in ${d.file}; it is not.`, next: "Index and files belong to different versions. Fetch both again." }),
  "checkpoint.tensorUnexpected": (d) => ({ what: `${formatCount(d.count)} ${d.count === 1 ? "tensor has" : "tensors have"} no place in the model, ${d.tensor} first.`, next: "config.json may belong to another model, or this variant is not supported yet." }),
  "checkpoint.tensorShape": (d) => ({ what: `${d.tensor} has the shape ${d.found}; by config.json it must have ${d.expected}.`, next: "config.json and weights belong to different models. Fetch both again." }),
  "checkpoint.scaleMissing": (d) => ({ what: `${d.tensor} is stored in float8, and its scales ${d.scale} are missing.`, next: "Fetch the checkpoint again; without scales the weights mean nothing." }),
  "checkpoint.scaleShape": (d) => ({ what: `The scales of ${d.tensor} have the shape ${d.found}; its blocks need ${d.expected}.`, next: "config.json's block size and the weights belong to different models. Fetch both again." }),
  "checkpoint.valueNotFinite": (d) => ({ what: `${d.file}: value ${formatCount(d.index)} of ${d.tensor} is NaN or infinite.`, next: DAMAGED }),
  "checkpoint.quantizationUnsupported": (d) => ({ what: `${at(d)}, a quantization that cannot be read; supported are ${d.supported}.`, next: "Take the original weights (bfloat16, float16, float8) of the same model." }),
  "checkpoint.changedDuringRead": (d) => ({ what: `${d.file} changed while it was read.`, next: "Let the program that writes it finish, then start again." }),
  "checkpoint.checksumMismatch": (d) => ({ what: `${d.file} has the checksum ${d.found}; ${d.expected} was expected.`, next: "The file was changed or damaged on its way. Import the checkpoint again from a good source." }),
  "checkpoint.checksumWrong": (d) => ({ what: `${d.file} is not what ${d.list === "pasted" ? "the pasted list" : d.list} says: expected ${d.expected}, found ${d.found}.`, next: "The file was changed or damaged on its way, or the list is of another version. Fetch the file again, or ask the sender for the list." }),
  "checkpoint.checksumListInvalid": (d) => ({ what: `${d.file === "pasted" ? "The pasted list of checksums" : d.file}${d.line === null ? "" : `, line ${d.line}`}: ${d.reason}.`, next: "A list of SHA-256 checksums is wanted, as sha256sum prints it. To import without one: --no-checksums." }),
  "checkpoint.templateNotApproved": (d) => ({ what: `${d.file}: the chat template was approved as ${d.approved}, and is ${d.found} now.`, next: 'It was changed since it was read, or the digest is of another. Read it again with "sallyport model import DIRECTORY --check".' }),
  "checkpoint.templateInvalid": (d) => ({ what: `${d.file}: the chat template cannot be used: ${d.reason}.`, next: "Take the template from the model's repository. Without one the model still completes text." }),
  "checkpoint.tokenizerInvalid": (d) => ({ what: `${d.file}: the tokenizer cannot be used: ${d.reason}.`, next: "Take tokenizer.json and tokenizer_config.json from the model's repository." }),

  "spec.architectureUnknown": (d) => ({ what: `The architecture ${d.found} is not known; supported are ${d.supported}.`, next: "Choose a model of a supported family; ARCHITECTURE.md tells how a family is added." }),
  "spec.fieldMissing": (d) => ({ what: `config.json has no ${d.field}, which ${d.family} needs.`, next: "Fetch config.json again from the model's repository." }),
  "spec.fieldInvalid": (d) => ({ what: `config.json: ${d.field} is ${d.found}; for ${d.family} expected is ${d.expected}.`, next: "Fetch config.json again; if it was edited, undo the change." }),
  "spec.featureUnsupported": (d) => ({ what: `config.json asks for ${d.field} = ${d.found}, which is not supported for ${d.family}.`, next: "Choose a variant of the model without it." }),

  "recipe.invalid": (d) => ({ what: `${d.file} is not a recipe: ${d.reason}.`, next: 'Start from a preset: "sallyport recipe show mixed" prints one.' }),
  "recipe.classUnmatched": (d) => ({ what: `No rule of the recipe says how to store ${d.weightClass}.`, next: 'Add a last rule with the pattern "*".' }),
  "recipe.unknownPreset": (d) => ({ what: `There is no recipe called ${d.found}; there are ${d.known}.`, next: "Name one of these, or the path of a recipe file ending in .json." }),

  "onnx.invalid": (d) => ({ what: `${d.file} is not a graph that can be read: ${d.reason}.`, next: "Make the package again from its checkpoint." }),
  "onnx.limitExceeded": (d) => ({ what: `${d.file}: ${d.limit} is ${formatCount(d.found)}; at most ${formatCount(d.allowed)} are allowed.`, next: DAMAGED }),
  "package.notFound": (d) => ({ what: `There is no model at ${d.file}.`, next: LIST_MODELS }),
  "package.invalid": (d) => ({ what: `${d.file} is not a model package: ${d.reason}.`, next: "A checkpoint becomes a package by \"sallyport model import\" and \"sallyport quantize\"; a damaged package is installed again from its bundle." }),
  "package.fileMissing": (d) => ({ what: `${d.file} is missing from the package.`, next: "Install the package again from its bundle, or make it again from its checkpoint." }),
  "package.fileChanged": (d) => ({ what: `${d.file} was changed after the package was made: expected ${d.expected}, found ${d.found}.`, next: "Do not use the package. Install it again from its bundle and find out who changed it." }),
  "package.newerFormat": (d) => ({ what: `${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, next: "Use the Sallyport that made it, or a newer one." }),

  "runtime.contextExceeded": (d) => ({ what: `That needs ${formatCount(d.neededTokens)} tokens; the model's context holds ${formatCount(d.limitTokens)}.`, next: "Shorten the prompt or ask for fewer tokens." }),
  "runtime.cacheExceeded": (d) => ({
    what: `That needs room for ${formatCount(d.neededTokens)} tokens × ${formatBytes(d.bytesPerToken)} = ${formatBytes(d.neededBytes)} of cache; ${formatBytes(d.limitBytes)} may be used.`,
    next: "Shorten the prompt, ask for fewer tokens, or allow more with --cache-limit.",
  }),
  "runtime.tokenOutOfRange": (d) => ({ what: `Token ${d.tokenId} does not exist; the vocabulary has ${formatCount(d.vocabSize)}.`, next: "The tokenizer or the token ids belong to another model." }),
  "runtime.promptEmpty": () => ({ what: "The prompt is empty.", next: "Give at least one character." }),
  "runtime.engineExited": (d) => ({ what: `The engine process ${exit(d)}`, next: d.signal === "SIGKILL" ? KILLED_NEXT : "Start it again; if it ends again, the last words above tell why." }),
  "runtime.engineFailed": (d) => ({ what: `The engine refused to work: ${d.reason}.`, next: "Check the package with \"sallyport parity check\"; make it again if that fails too." }),
  "runtime.notLoaded": () => ({ what: "The model is not loaded.", next: "Start the command again." }),
  "runtime.noTokenizer": (d) => ({ what: `${d.model} has no tokenizer, so text cannot be turned into tokens.`, next: "Add tokenizer.json to the checkpoint, import it again and quantize it again." }),
  "runtime.noChatTemplate": (d) => ({ what: `${d.model} has no chat template, so messages have no agreed form.`, next: "Leave out --chat: a prompt is completed as plain text." }),
  "runtime.templateFailed": (d) => ({ what: `The chat template of ${d.model} does not work on these messages: ${d.reason}.`, next: "Many templates want user and assistant to take turns, starting with user." }),
  "runtime.samplingInvalid": (d) => ({ what: `${d.field} is ${d.found}; expected ${d.expected}.`, next: 'See "sallyport run --help" for the ranges.' }),
  "runtime.constraintStuck": () => ({ what: "No token of the model's vocabulary can continue the JSON value begun.", next: "Ask again without JSON mode; the vocabulary of this model cannot write JSON." }),

  "parity.noRecord": (d) => ({ what: `${d.model} carries no parity record to compare with.`, next: 'Record one with "sallyport parity record", or name a file of expected logits.' }),
  "parity.recordInvalid": (d) => ({ what: `${d.file} is not a parity record: ${d.reason}.`, next: 'It must hold input_ids, logits and greedy_ids; "sallyport parity record" writes one.' }),
  "parity.failed": (d) => ({
    what: `${d.model} does not answer as recorded: the largest difference of a logit is ${d.maxAbsoluteDelta}, allowed is ${d.toleranceAbsolute}${d.firstDivergingToken === null ? "" : `, and token ${d.firstDivergingToken} of the greedy answer differs`}.`,
    next: "Verify the bundle it came from. If the bytes are right, this machine computes differently: do not rely on the model here.",
  }),
  "evaluate.textTooShort": (d) => ({ what: `${d.file} has ${formatCount(d.tokens)} tokens; ${formatCount(d.neededTokens)} are needed.`, next: "Take a longer text, or smaller windows with --window." }),
  "benchmark.promptsInvalid": (d) => ({ what: `${d.file}${d.line === null ? "" : `, line ${d.line}`}: ${d.field} is ${d.found}; expected ${d.expected}.`, next: 'One JSON object a line: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}, with "max_tokens" if you like.' }),
  "benchmark.tooManyRuns": (d) => ({ what: `Contestants, rounds and prompts make ${formatCount(d.runs)} runs; a report holds ${formatCount(d.limit)}.`, next: "Take fewer prompts, or fewer rounds." }),
  "evaluate.vocabularyDiffers": (d) => ({ what: `${d.model} and ${d.against} have different vocabularies, so their probabilities cannot be compared.`, next: "Compare packages made from the same checkpoint, or leave out --against." }),

  "plan.machineInvalid": (d) => ({ what: `${d.file} does not describe a machine: ${d.reason}.`, next: 'Write it again with "sallyport hardware --json", or give the capture that capture.sh made.' }),
  "plan.newerMachine": (d) => ({ what: `${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, next: "Use the Sallyport that wrote it, or describe the machine again with this one." }),
  "plan.unknownPreset": (d) => ({ what: `There is no machine called ${d.found}; there are ${d.known}.`, next: 'Name one of these, "here", or the path of a site file.' }),
  "plan.nothingToPlanOn": (d) => ({ what: `Nothing is known of ${d.machine} that a model could run on: neither its memory nor a usable device.`, next: 'See what was found with "sallyport hardware --from"; capture the machine again with the missing outputs.' }),
  "plan.goalInvalid": (d) => ({ what: `${d.field} is ${d.found}: ${d.expected}.`, next: "Context, concurrency and nodes are whole numbers from 1." }),
  "plan.contextBeyondModel": (d) => ({ what: `The model was made for ${formatCount(d.maxPositions)} tokens of context; ${formatCount(d.contextTokens)} were asked for.`, next: "Ask for no more with --context." }),
  "plan.figuresInvalid": (d) => ({ what: `${d.file} does not hold site figures: ${d.reason}.`, next: "Give only what differs from resources/site-figures.json, under the same names." }),
  "plan.fileInvalid": (d) => ({ what: `${d.file} is not a plan: ${d.reason}.`, next: 'Make one with "sallyport plan MODEL --out plan.json".' }),
  "plan.newerFormat": (d) => ({ what: `${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, next: "Use the Sallyport that made it, or make the plan again." }),
  "plan.notCheckable": (d) => ({ what: `The plan ${d.file} cannot be tried here: ${NOT_CHECKABLE[d.reason] ?? d.reason}.`, next: 'Plan a package for this machine: "sallyport plan PACKAGE --machine here --out plan.json".' }),

  "bundle.notFound": (d) => ({ what: `There is no bundle at ${d.file}.`, next: 'Check the path; "sallyport bundle ls" shows the bundles made here.' }),
  "bundle.layoutInvalid": (d) => ({ what: `${d.file} is not as a bundle has it: ${d.reason}.`, next: "Copy the whole bundle again. If it came from outside, ask its sender for the digest." }),
  "bundle.blobMissing": (d) => ({ what: `${d.file} is missing (${d.digest}).`, next: "The copy is not complete. Copy the bundle again." }),
  "bundle.blobChanged": (d) => ({ what: `${d.file} is not what was packed: expected ${d.expected}, found ${d.found}.`, next: "Do not install it. Copy the bundle again; if it differs again, it was changed at its source." }),
  "bundle.blobSizeMismatch": (d) => ({ what: `${d.file} has ${formatCount(d.foundBytes)} bytes; ${formatCount(d.expectedBytes)} were packed.`, next: "The copy was cut off or changed. Copy the bundle again." }),
  "bundle.pathEscapes": (d) => ({ what: `${d.file} names ${d.found}, a path out of the target folder.`, next: "Do not install it: an honest bundle never does this." }),
  "bundle.entryRefused": (d) => ({ what: `${d.file} holds an entry that is refused: ${d.reason}.`, next: "Do not install it: an honest bundle holds plain files only." }),
  "bundle.unexpectedFile": (d) => ({ what: `${d.file} belongs to no manifest of the bundle.`, next: "Remove it if you put it there; otherwise copy the bundle again from its source." }),
  "bundle.mediaTypeUnknown": (d) => ({ what: `${d.file} has the media type ${d.found}, which is not known.`, next: "It may come from a newer Sallyport or another tool. Use the tool that made it." }),
  "bundle.digestMismatch": (d) => ({ what: `The bundle is ${d.found}; expected was ${d.expected}.`, next: "It is not the bundle you were told about. Ask its sender, over another channel, for the digest." }),
  "bundle.targetExists": (d) => ({ what: `${d.file} exists already.`, next: "Choose another folder, or remove that one first." }),
  "bundle.quotaExceeded": (d) => ({ what: `${d.file} would take ${formatCount(d.bytes)} bytes; at most ${formatCount(d.limitBytes)} were allowed.`, next: "Allow more with --max-bytes if its sender told you that size." }),
  "bundle.volumeSizeUnfit": (d) => ({ what: `${formatCount(d.bytes)} bytes do not fit on media of ${formatCount(d.mediumBytes)} bytes: more than ${d.limit} volumes would be needed, or their lists take too much of each.`, next: "Choose a larger --size, or fewer recovery volumes." }),
  "bundle.volumesNotFound": (d) => ({ what: `No volumes lie in ${d.folders}.`, next: "Name the folder that holds volumes.json, or the one above it." }),
  "bundle.volumesInvalid": (d) => ({ what: `${d.file} is no list of volumes that can be used: ${d.reason}.`, next: "Every medium of the set carries the same list: insert another one too. If all are like this, ask the sender for the set again." }),
  "bundle.volumeForeign": (d) => ({ what: `${d.file} belongs to another set of volumes: ${d.found}, expected ${d.expected}.`, next: "Take this medium out, or name the set that you want with --set." }),
  "bundle.volumeDamaged": (d) => ({ what: `${d.file} is damaged: ${d.reason}.`, next: "Run it again; if it happens again, use another disk or medium." }),
  "bundle.volumesMissing": (d) => ({ what: `Too much is lacking.${d.missing === "" ? "" : ` Missing: ${d.missing}.`}${d.damaged === "" ? "" : ` Damaged: ${d.damaged}.`}`, next: `Bring ${formatCount(d.neededVolumes)} more of these volumes, or other copies of them, and run it again: what is finished is kept.` }),
  "bundle.deltaInvalid": (d) => ({ what: `${d.file} is no delta that can be used: ${d.reason}.`, next: "Copy the delta again. If it came from outside, ask its sender for it and for its digest." }),
  "bundle.deltaOtherBase": (d) => ({ what: `The delta is for ${d.expected}; the bundle given as its base is ${d.found}.`, next: "Name the bundle with that digest with --base, or ask the sender for a delta to yours." }),
  "bundle.deltaEmpty": (d) => ({ what: `Both bundles are ${d.digest}: there is nothing to send.`, next: "Name two different bundles." }),
  "bundle.packageNotFound": (d) => ({ what: d.found === "" ? `The bundle holds several packages: ${d.known}.` : `The bundle holds no package called ${d.found}; there are ${d.known}.`, next: "Name one with --package." }),
  "bundle.billDiffers": (d) => ({ what: `The bill of materials is wrong about ${d.component}: ${d.expected} lies there, it says ${d.found}.`, next: "Do not install it. Ask its sender for the bundle again." }),
  "bundle.targetInvalid": (d) => ({ what: `The target ${d.target} cannot be written: ${d.reason}.`, next: 'A target is ENGINE:MACHINE[,name=value…]; see "sallyport bundle create --help".' }),
  "bundle.targetDoesNotFit": (d) => ({ what: `The target ${d.target} does not fit: the fullest device needs ${formatBytes(d.needBytes)}, it has ${formatBytes(d.haveBytes)}.`, next: 'See what would fit with "sallyport plan", then give more nodes, less context or a smaller checkpoint.' }),
  "bundle.imageInvalid": (d) => ({ what: `${d.file} is not a saved container image: ${d.reason}.`, next: 'Save it with "docker save -o FILE IMAGE", or as an OCI archive with skopeo.' }),
  "bundle.runtimeInvalid": (d) => ({ what: `${d.file} is not a runtime of the embedded engine: ${d.reason}.`, next: 'Make one on a machine of that platform: sallyport bundle runtime --out FILE.' }),
  "bundle.sumsInvalid": (d) => ({ what: `${d.file} does not fit the bundle: ${d.reason}.`, next: "The copy was changed or is not whole. Copy the bundle again; if it differs again, it was changed at its source." }),

  "trust.keyRefused": (d) => ({ what: `${d.file} is not a key that can be used: ${d.reason}.`, next: 'Take an EC key on P-256 or P-384 as PEM; "sallyport key new" makes one.' }),
  "trust.passphraseNeeded": (d) => ({ what: `The key ${d.file} is encrypted.`, next: "Give its passphrase: at the terminal, in a file with --passphrase-file, or in SALLYPORT_PASSPHRASE." }),
  "trust.passphraseWrong": (d) => ({ what: `The passphrase does not open the key ${d.file}.`, next: "Try again; what encrypts the key is not kept anywhere else." }),
  "trust.certificateInvalid": (d) => ({ what: `${d.file}: the certificate${d.subject === "" ? "" : ` of ${d.subject}`} cannot be relied on: ${d.reason}.`, next: "Ask whoever issued it for one that may sign code, with every certificate between it and the authority." }),
  "trust.certificateExpired": (d) => ({ what: `${d.file}: the certificate of ${d.subject} is valid from ${d.validFrom} to ${d.validTo}, and not at ${d.at}.`, next: "Have the bundle signed again with a valid certificate. Check this machine's clock, too." }),
  "trust.notSigned": (d) => ({ what: `${d.file} is not signed, and this site takes only what is.`, next: "Ask its sender for a signed copy; nothing says who made this one." }),
  "trust.alreadySigned": (d) => ({ what: `The key ${d.keyId} has signed already: ${d.file}.`, next: "Nobody signs twice. Another person's key is needed for a second signature." }),
  "trust.signatureInvalid": (d) => ({ what: `${d.file} is not a signature of a model: ${d.reason}.`, next: "Do not install the bundle. Copy it again; if it is the same again, ask its sender." }),
  "trust.signatureMismatch": (d) => ({ what: `${d.file} says it is by the key ${d.keyId}, and is not: it was made with another key, or changed since.`, next: "Do not install the bundle, and tell its sender: somebody has tried to pass for them." }),
  "trust.formatOutdated": (d) => ({ what: `${d.file} is in an old format (${d.found}) that leaves things unsaid; ${d.supported} is read.`, next: "Have the bundle signed again with a current tool." }),
  "trust.algorithmRefused": (d) => ({ what: `${d.file} uses ${d.found}; only ${d.supported} is taken.`, next: "An honest tool does not sign like this. Ask the sender how it was made." }),
  "trust.duplicateName": (d) => ({ what: `${d.file} names ${d.name} twice, so that it says two things of one file.`, next: "Do not install the bundle: an honest signature never does this." }),
  "trust.contentDiffers": (d) => ({ what: `${d.kind === "unsigned" ? `${d.name} lies in the bundle, and ${d.file} does not cover it` : d.kind === "missing" ? `${d.file} covers ${d.name}, which is not there` : `${d.name} is not what ${d.file} covers`}.`, next: "The bundle was changed after it was signed. Copy it again from its source." }),
  "trust.otherBundle": (d) => ({ what: `${d.file} is about another bundle: ${d.found}; this one is ${d.expected}.`, next: "The signature was taken from elsewhere. Copy the bundle again from its source." }),
  "trust.earlierSignatureMissing": (d) => ({ what: `${d.file} was put over the signature ${d.missing}, which is gone or is another.`, next: "Somebody took it away on purpose, or the copy is not whole. Ask the last signer." }),
  "trust.signerUnknown": (d) => ({ what: `${d.file} is by somebody this site does not know${d.subject !== null ? `: ${d.subject}` : d.keyId === "" ? "" : `: key ${d.keyId}`}.`, next: 'If you know the signer, compare the key id with them over another channel and add the key with "sallyport trust add".' }),
  "trust.notEntitled": (d) => ({ what: `${d.file}: ${d.signer} may not sign ${d.model} as "${d.purpose}".`, next: 'Ask somebody who may, or change what they may with "sallyport trust rm" and "trust add".' }),
  "trust.keyRevoked": (d) => ({ what: `${d.file} is by the key ${d.keyId}, which ${d.issuer} has revoked: ${d.reason}.`, next: "Do not install the bundle. Ask for one signed with another key; the time a signature states does not save it." }),
  "trust.keyExpired": (d) => ({ what: `${d.file} is by the key ${d.keyId}, which counts until ${d.notAfter} (list of ${d.issuer}).`, next: "Have the bundle signed again with a key that counts. Check this machine's clock, too." }),
  "trust.bundleRevoked": (d) => ({ what: `The bundle ${d.digest} was recalled by ${d.issuer}: ${d.reason}.`, next: "Do not install it, and take it out of use where it is installed." }),
  "trust.tooFewSignatures": (d) => ({ what: `${d.release} of ${d.neededRelease} release signatures and ${d.approve} of ${d.neededApprove} approvals are there.`, next: "The policy of this site asks for more people. Have the bundle signed by who is missing." }),
  "trust.listInvalid": (d) => ({ what: `${d.file} is not a revocation list: ${d.reason}.`, next: "Copy it again from whoever issues it." }),
  "trust.listSignerUnknown": (d) => ({ what: `${d.file} is signed by nobody who may revoke here${d.keyId === "" ? "" : ` (it names the key ${d.keyId})`}.`, next: "Add the issuer's key with \"sallyport trust add FILE --name NAME --may revoke\", after comparing its id with them." }),
  "trust.listOutdated": (d) => ({ what: `${d.file} is list ${d.found} of ${d.issuer}; list ${d.known} is known here already.`, next: "An old list would bring back what was revoked since. Ask for the latest." }),
  "trust.listExpired": (d) => ({ what: `The revocation list of ${d.issuer} was valid until ${d.validUntil}.`, next: "Bring in its successor: until then nobody knows what was revoked since. Check this machine's clock, too." }),
  "trust.policyDowngrade": (d) => ({ what: `The policy of this site is "${d.policy}"; "${d.asked}" asks for less.`, next: 'One command can be stricter than the site, never laxer. "sallyport trust policy" changes it, and is recorded.' }),
  "trust.storeInvalid": (d) => ({ what: `${d.file} cannot be read: ${d.reason}.`, next: "Nothing is trusted until it can. Restore it from a backup, or find out who changed it." }),
  "trust.signerExists": (d) => ({ what: `${d.name} is known already, by this name or this key.`, next: 'Choose another name, or remove it first with "sallyport trust rm".' }),
  "trust.signerNotFound": (d) => ({ what: `Nobody called ${d.name} is trusted here.`, next: '"sallyport trust ls" shows who is.' }),
  "trust.signerInUse": (d) => ({ what: `Without ${d.name} nobody answers for the revocation list of ${d.issuer}.`, next: "Add the key of its next signer and import a list by them first." }),

  "site.notFound": (d) => ({ what: `Nothing is installed at ${d.file}.`, next: 'Install a bundle there: "sallyport bundle install BUNDLE --site FOLDER". "sallyport bundle ls" shows the sites known here.' }),
  "site.invalid": (d) => ({ what: `${d.file} does not say which version is current: ${d.reason}.`, next: "Find out who changed it. history.jsonl beside it has the line that belongs there; installing again writes it anew." }),
  "site.locked": (d) => ({
    what: `The site is being changed${d.pid === 0 ? "" : ` by process ${d.pid} on ${d.host}`} (${d.file}).`,
    next: "Wait until that is done. If that machine or container is long gone, remove the lock file.",
  }),
  "site.versionNotFound": (d) => ({
    what: d.version === "before" ? `There is no version before the current one at ${d.file}.` : d.version === "after" ? `There is no version after the current one at ${d.file}.` : `There is no version ${d.version} at ${d.file}.`,
    next: `See what there is with "sallyport bundle versions --site ${d.file}".`,
  }),
  "site.versionDamaged": (d) => ({ what: `The version cannot be used: ${d.file}: ${d.reason}.`, next: "The current version was left as it is. Install that version's bundle again; it becomes a new version." }),

  "egress.cannotWatch": (d) => ({ what: `Nothing can be proven here. A namespace without a network: ${d.namespace}. A trace of system calls: ${d.trace}.`, next: "Run it on Linux with strace installed, or where unprivileged user namespaces are allowed." }),
  "egress.jobFailed": (d) => ({ what: `The job that was watched failed: "${d.command}" ended with status ${d.exitCode}.${d.log.trim() === "" ? "" : ` Its last words:\n${d.log.trim()}`}`, next: "Run that command by itself; nothing was proven." }),
  "egress.found": (d) => ({
    what: d.verdict === "outside" ? `${formatCount(d.count)} ${d.count === 1 ? "socket" : "sockets"} led out of this machine, ${d.first} first.` : `The trace does not show everything (${formatCount(d.count)} lines cannot be read), so it proves nothing.`,
    next: "Keep the evidence. Report it as a fault of Sallyport.",
  }),

  "store.newerSchema": (d) => ({ what: `${d.file} was written by a newer Sallyport (schema ${d.found}; this one knows ${d.supported}).`, next: "Use that newer Sallyport, or another home with --home." }),
  "store.locked": (d) => ({ what: `${d.file} is locked by another program.`, next: "Wait a moment and try again; close other tools that have the file open." }),
  "store.notFound": (d) => ({
    what: `There is no ${d.kind} called ${d.reference}.`,
    next: d.kind === "model" ? `${/[\\/]/.test(d.reference) ? `Bring the directory in first: sallyport model import ${d.reference}` : LIST_MODELS}` : `See what there is with "sallyport ${d.kind} ls".`,
  }),
  "store.ambiguous": (d) => ({ what: `${d.reference} could be more than one ${d.kind}: ${d.matches}.`, next: "Give more of the id." }),
  "store.inUse": (d) => ({ what: `${d.id} is in use by ${d.by}.`, next: 'Remove those first ("sallyport model rm"), or let the job end ("sallyport job cancel").' }),
  "job.notResumable": (d) => ({ what: `Job ${d.id} is ${d.state}; only an interrupted, failed or cancelled job can be resumed.`, next: "Start the command again for a new job." }),
  "job.notCancellable": (d) => ({ what: `Job ${d.id} is ${d.state}, so there is nothing to cancel.`, next: '"sallyport job ls" shows what is running.' }),
  "job.notRemovable": (d) => ({ what: `Job ${d.id} is ${d.state}; only what has stopped can be removed.`, next: `Stop it first: sallyport job cancel ${d.id}` }),
  "job.alreadyRunning": (d) => ({ what: `Job ${d.id} is running already, as process ${d.pid}.`, next: `Follow it with "sallyport job watch ${d.id}".` }),
  "job.crashed": (d) => ({ what: `The process of job ${d.id} ${exit(d)}`, next: `${d.signal === "SIGKILL" ? `${KILLED_NEXT} ` : ""}Take it up again with "sallyport job resume ${d.id}".` }),
  "job.cancelled": (d) => ({ what: `Job ${d.id} was cancelled.`, next: `Take it up again with "sallyport job resume ${d.id}".` }),
  "audit.broken": (d) => ({ what: `The audit chain is broken at entry ${d.entry}: ${d.reason}.`, next: "Someone changed the records. Keep the database file as evidence and compare it with a backup." }),

  "server.queueFull": (d) => ({ what: `${formatCount(d.waiting)} requests are waiting already; the limit is ${formatCount(d.limit)}.`, next: `Try again in ${d.retryAfterSeconds} seconds.` }),
  "server.draining": (d) => ({ what: "The server is shutting down and takes no new requests.", next: `Try again in ${d.retryAfterSeconds} seconds.` }),
  "server.cannotListen": (d) => ({ what: `The server cannot listen on ${d.address}: ${d.reason}.`, next: "Choose another address with --host or another port with --port; port 0 takes any that is free." }),
  "server.pagesMissing": (d) => ({ what: `The workbench's pages are not in ${d.directory}.`, next: 'Make them with "npm run build" in Sallyport\'s folder.' }),
  "server.notRunning": (d) => ({ what: `No server of the workbench runs on ${d.directory}.`, next: 'Start one with "sallyport serve"; it prints an address.' }),
  "server.requestRefused": (d) => ({ what: /[.)?]$/.test(d.reason) ? d.reason : `${d.reason}.`, next: d.param === null ? "Compare the request with the API's description." : `Change ${d.param} in the request.` }),

  "engine.addressInvalid": (d) => ({ what: `${d.found} is not an engine's address; expected ${d.expected}.`, next: "Give the address under which the server's /v1/models answers." }),
  "engine.nameInvalid": (d) => ({ what: `${d.found} cannot be an engine's name.`, next: "Use letters, digits, dots, dashes and underscores; at most 64, a letter or digit first." }),
  "engine.nameTaken": (d) => ({ what: `There is an engine called ${d.name} already.`, next: `Choose another name, or remove that one: sallyport engine rm ${d.name}` }),
  "engine.modelUnchosen": (d) => ({ what: `${d.url} offers ${d.models === "" ? "no model" : `several models: ${d.models}`}.`, next: "Name the one that is meant with --model." }),
  "engine.unreachable": (d) => ({ what: `${d.url} cannot be reached: ${d.reason}.`, next: "Check that the server runs, and that address and port are right; a certificate of your site's own is trusted through NODE_EXTRA_CA_CERTS." }),
  "engine.silent": (d) => ({ what: `${d.url} sent nothing for ${d.seconds} s.`, next: "Look at the server's own log: it may be loading a model, overloaded or stuck. Then ask again." }),
  "engine.refused": (d) => ({ what: `${d.url} refused with status ${d.status}${d.reason === "" ? "" : `: ${d.reason}`}`, next: refusalNext(d.status) }),
  "engine.redirected": (d) => ({ what: `${d.url} sends elsewhere (status ${d.status}, to ${d.to}). Redirects are not followed: only the address you named is spoken to.`, next: "Name the address that it leads to, if you trust it." }),
  "engine.notOpenAi": (d) => ({ what: `${d.url} does not answer as an OpenAI-compatible server: ${d.found}.`, next: "Check the address and the path in it; many servers answer under /v1." }),
  "engine.tooLarge": (d) => ({ what: `${d.url} sent an ${d.what} of more than ${formatBytes(d.limitBytes)}.`, next: "No honest server does. Check what listens at that address." }),
  "engine.cutOff": (d) => ({ what: `${d.url} broke off in the middle of its answer: ${d.reason}.`, next: "Look at the server's own log, then ask again." }),
  "engine.failed": (d) => ({ what: `${d.url} reports a fault of its own: ${d.reason}.`, next: "Look at the server's own log." }),
  "engine.noRoomBeside": (d) => ({ what: `${d.models} do not fit in memory beside each other: ${formatBytes(d.neededBytes)} needed, ${formatBytes(d.usableBytes)} usable.`, next: "Ask them one after the other, take smaller packages, or let one of them run on another machine (sallyport serve --api) and name it as an engine." }),
  "vote.notOpen": (d) => ({ what: `Comparison ${d.comparison} takes no vote: it was voted on, did not run to its end, or is from before the workbench was started.`, next: "Ask again and vote on the new answers." }),
  "vote.none": () => ({ what: "There is no vote to take back.", next: 'Votes are made in the playground ("sallyport serve") or with "sallyport compare --blind".' }),

  "machine.captureNotFound": (d) => ({ what: `There is no capture at ${d.file}.`, next: 'Name the file that capture.sh wrote, or a folder of pasted outputs; "sallyport hardware capture --script" prints the script.' }),
  "machine.captureInvalid": (d) => ({ what: `${at(d)}; expected ${d.expected}.`, next: "The capture was cut off or changed on its way. Copy it again, or run capture.sh again." }),
  "machine.captureArchived": (d) => ({ what: `${d.file} is an archive or an office document, not the text of a machine's outputs.`, next: "Unpack it and name the folder, or save the document as plain text." }),
  "machine.newerCapture": (d) => ({ what: `${d.file} has capture format ${d.found}; this Sallyport reads up to ${d.supported}.`, next: 'Use a newer Sallyport, or run the script that this one prints with "sallyport hardware capture --script".' }),
  "machine.captureTooLarge": (d) => ({ what: `${d.file} has ${formatBytes(d.bytes)}; no honest record of a machine is above ${formatBytes(d.limitBytes)}.`, next: "Check that it is the file that capture.sh wrote, or a folder with nothing but pasted outputs in it." }),
  "machine.captureTooManyFiles": (d) => ({ what: `${d.file} holds ${formatCount(d.count)} files; at most ${formatCount(d.limit)} are looked through.`, next: "Name a folder with nothing but pasted outputs in it." }),
  "machine.captureFailed": (d) => ({ what: `This machine could not be captured: ${d.reason}.`, next: 'Run the script by hand to see what it says: "sallyport hardware capture --script" prints it.' }),

  "files.noSpace": (d) => ({
    what: `There is no space left for ${d.file}${d.neededBytes === null ? "" : `: ${formatBytes(d.neededBytes)} needed`}${d.freeBytes === null ? "" : `, ${formatBytes(d.freeBytes)} free`}.`,
    next: "Free some space (\"sallyport model ls\" shows what is large), or use another disk with --home.",
  }),
  "files.notPermitted": (d) => ({ what: `The system does not permit to ${d.operation} ${d.file}.`, next: "Change the permissions, or run as a user who has them." }),
  "files.readFailed": (d) => ({ what: `${d.file} could not be read: ${d.reason}.`, next: "Check that the file is there and the disk is healthy." }),
  "files.linkImpossible": (d) => ({ what: `${d.file} cannot be linked into ${d.to}: ${d.reason}.`, next: "A hard link needs both on one file system that has them, and files of one's own. Copy instead, or use them in place." }),
  "files.notFound": (d) => ({ what: `There is nothing at ${d.file}.`, next: "Check the path; a drive may have been taken out." }),
  "files.notADirectory": (d) => ({ what: `${d.file} is not a folder.`, next: "Name the folder that holds it." }),
  "desktop.missing": () => ({ what: "The system's own dialog opens only from Sallyport's window.", next: "Choose the folder in the page, or give its path." }),
  "files.alreadyExists": (d) => ({ what: `${d.file} exists already.`, next: "Choose another name, or remove it first." }),
  "usage.invalid": (d) => ({ what: /[.)?]$/.test(d.reason) ? d.reason : `${d.reason}.`, next: "Add --help to the command to see how it is used." }),
  "internal.unexpected": (d) => ({ what: `Something happened that should not: ${d.reason}.`, next: "This is a fault of Sallyport. Report it with the command and this message; nothing was sent anywhere." }),
};

function refusalNext(status: number): string {
  if (status === 401 || status === 403) return "The key is missing or wrong: remove the engine and add it again with --key-file.";
  if (status === 404) return "Check the path of the address, and that the server has the model: sallyport engine check NAME";
  if (status === 429) return "The server is busy or the key's share is used up. Wait, then ask again.";
  return status >= 500 ? "Look at the server's own log." : "Change what its words point at, then ask again.";
}

/** The text of one error; a code from a newer version shows itself and its details. */
export function errorText(error: WorkbenchError): ErrorText {
  const text = (ERROR_TEXTS as { readonly [code: string]: ((details: never) => ErrorText) | undefined })[error.code];
  if (text === undefined) return { what: `${error.code}: ${JSON.stringify(error.details)}`, next: "A newer Sallyport may know more about it." };
  return text(error.details as never);
}
