import type { ErrorCode, ErrorDetails } from "../../shared/errors.ts";
import type { Format } from "./format.ts";
import { isolated, say } from "./shown-text.ts";

/** What happened, and what to do about it. */
export type ErrorTexts = { readonly [C in ErrorCode]: (details: ErrorDetails[C], format: Format) => readonly [what: string, next: string] };

const DAMAGED = "The file is damaged or was made to mislead. Fetch it again from where it came from and compare its checksum.";
const KILLED_NEXT = "SIGKILL usually means that the system ran out of memory: close other programs, or take a smaller model or recipe.";
const LIST_MODELS = "Models shows what there is.";

function ended({ exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null }): string {
  return signal !== null ? `was ended by ${signal}.` : exitCode !== null ? `ended with status ${exitCode}.` : "ended without a word: it was killed, or the machine went down.";
}

/** A reason that a program gave, as a sentence. */
function sentence(reason: string): string {
  return /[.)?]$/.test(reason) ? isolated(reason) : `${isolated(reason)}.`;
}

/** What to do about a server's refusal. */
function refusalNext(status: number): string {
  if (status === 401 || status === 403) return "The key is missing or wrong: forget the engine and name it again with its key.";
  if (status === 404) return "Check the path of the address, and that the server has the model.";
  if (status === 429) return "The server is busy or the key's share is used up. Wait, then ask again.";
  return status >= 500 ? "Look at the server's own log." : "Change what its words point at, then ask again.";
}

export const ERRORS_EN: ErrorTexts = {
  "checkpoint.notFound": (d) => [say`There is no checkpoint at ${d.file}.`, "Check the path; the directory that holds config.json is meant."],
  "checkpoint.notADirectory": (d) => [say`${d.file} is not a directory.`, "Name the directory that holds config.json and the .safetensors files."],
  "checkpoint.configMissing": (d) => [say`${d.file} is missing, so the model's shape is unknown.`, "Copy config.json from the model's repository into the directory."],
  "checkpoint.noWeights": (d) => [say`${d.file} holds no .safetensors file.`, "Fetch the weights in safetensors format. A lone config.json can still be inspected."],
  "checkpoint.pickleRefused": (d) => [say`${d.file} is a Python pickle. Loading one runs whatever program its author put in, so it is refused.`, "Take the model's safetensors files instead, or convert it on a machine you can throw away, and remove the pickle from the directory."],
  "checkpoint.jsonInvalid": (d) => [say`${d.file} is not valid JSON: ${d.reason}.`, "Fetch the file again; if you edited it, repair what the message points at."],
  "checkpoint.jsonTooLarge": (d, f) => [say`${d.file} has ${f.bytes(d.bytes)}; no honest file of its kind is above ${f.bytes(d.limitBytes)}.`, DAMAGED],
  "checkpoint.fieldInvalid": (d) => [say`${d.file}: ${d.field} is ${d.found}; expected ${d.expected}.`, "Compare the file with the one in the model's repository."],
  "checkpoint.headerTooLong": (d, f) => [say`${d.file}: its header claims ${f.bytes(d.bytes)}; the limit is ${f.bytes(d.limitBytes)}.`, DAMAGED],
  "checkpoint.headerTruncated": (d, f) => [say`${d.file} ends too early: it has ${f.bytes(d.bytes)} and needs ${f.bytes(d.neededBytes)} for its header.`, "The download was cut off. Fetch the file again."],
  "checkpoint.headerInvalid": (d) => [say`${d.file}: the header is not a safetensors header: ${d.reason}.`, DAMAGED],
  "checkpoint.tooManyTensors": (d, f) => [say`${d.file} lists ${f.count(d.count)} tensors; the limit is ${f.count(d.limit)}.`, DAMAGED],
  "checkpoint.tensorNameInvalid": (d) => [say`${d.file}: ${d.field} is ${d.found}, which cannot be a tensor's name.`, DAMAGED],
  "checkpoint.dtypeUnsupported": (d) => [say`${d.file}: ${d.field} is ${d.found}; supported are ${d.supported}.`, "Fetch the model in one of the supported types, or convert it with the tool that made it."],
  "checkpoint.shapeInvalid": (d) => [say`${d.file}: ${d.field} is ${d.found}, which is not a shape.`, DAMAGED],
  "checkpoint.offsetOutOfBounds": (d, f) => [say`${d.file}: ${d.field} is ${d.found}, outside the file of ${f.bytes(d.fileBytes)}.`, "The download was cut off, or the header lies. Fetch the file again."],
  "checkpoint.tensorsOverlap": (d) => [say`${d.file}: ${d.tensor} and ${d.other} claim the same bytes.`, DAMAGED],
  "checkpoint.gapBetweenTensors": (d, f) => [say`${d.file}: ${f.bytes(d.bytes)} beside ${d.tensor} belong to no tensor. Data could hide there.`, DAMAGED],
  "checkpoint.sizeMismatch": (d, f) => [say`${d.file}: ${d.field} is ${d.found}: shape and type need ${f.bytes(d.expectedBytes)}, the file gives it ${f.bytes(d.foundBytes)}.`, DAMAGED],
  "checkpoint.duplicateName": (d) => [say`${d.file} names ${d.name} twice.`, DAMAGED],
  "checkpoint.duplicateTensor": (d) => [say`${d.tensor} is in ${d.file} and again in ${d.otherFile}.`, "Remove the file that does not belong to this model (often a second copy in another precision)."],
  "checkpoint.indexPathEscapes": (d) => [say`${d.file}: ${d.field} is ${d.found}, which leads out of the directory.`, "Do not use this checkpoint: an honest index names files beside itself."],
  "checkpoint.linkEscapes": (d) => [say`${d.file} is a link to ${d.target}, outside the checkpoint.`, "Replace the link by the file it points to. Links inside a hub cache are fine."],
  "checkpoint.shardMissing": (d) => [say`${d.file} lists ${d.shard}, which is not there.`, "Fetch the missing file into the directory."],
  "checkpoint.tensorMissing": (d) => [say`${d.directory}: the model needs ${d.tensor}, and no file has it.`, "Fetch the checkpoint again; a shard is missing or config.json belongs to another model."],
  "checkpoint.tensorNotInShard": (d) => [say`The index says that ${d.tensor} is in ${d.file}; it is not.`, "Index and files belong to different versions. Fetch both again."],
  "checkpoint.tensorUnexpected": (d, f) => [say`Tensors with no place in the model: ${f.count(d.count)}, ${d.tensor} first.`, "config.json may belong to another model, or this variant is not supported yet."],
  "checkpoint.tensorShape": (d) => [say`${d.tensor} has the shape ${d.found}; by config.json it must have ${d.expected}.`, "config.json and weights belong to different models. Fetch both again."],
  "checkpoint.scaleMissing": (d) => [say`${d.tensor} is stored in float8, and its scales ${d.scale} are missing.`, "Fetch the checkpoint again; without scales the weights mean nothing."],
  "checkpoint.scaleShape": (d) => [say`The scales of ${d.tensor} have the shape ${d.found}; its blocks need ${d.expected}.`, "config.json's block size and the weights belong to different models. Fetch both again."],
  "checkpoint.valueNotFinite": (d, f) => [say`${d.file}: value ${f.count(d.index)} of ${d.tensor} is NaN or infinite.`, DAMAGED],
  "checkpoint.quantizationUnsupported": (d) => [say`${d.file}: ${d.field} is ${d.found}, a quantization that cannot be read; supported are ${d.supported}.`, "Take the original weights (bfloat16, float16, float8) of the same model."],
  "checkpoint.changedDuringRead": (d) => [say`${d.file} changed while it was read.`, "Let the program that writes it finish, then start again."],
  "checkpoint.checksumMismatch": (d) => [say`${d.file} has the checksum ${d.found}; ${d.expected} was expected.`, "The file was changed or damaged on its way. Import the checkpoint again from a good source."],
  "checkpoint.checksumWrong": (d) => [say`${d.file} is not what ${d.list === "pasted" ? "the pasted list" : d.list} says: expected ${d.expected}, found ${d.found}.`, "The file was changed or damaged on its way, or the list is of another version. Fetch the file again, or ask the sender for the list."],
  "checkpoint.checksumListInvalid": (d) => [say`${d.file === "pasted" ? "The pasted list of checksums" : d.file}${d.line === null ? "" : `, line ${d.line}`}: ${d.reason}.`, "A list of SHA-256 checksums is wanted, as sha256sum prints it."],
  "checkpoint.templateNotApproved": (d) => [say`${d.file}: the chat template was approved as ${d.approved}, and is ${d.found} now.`, "It was changed since it was read. Read it again before it comes in."],
  "checkpoint.templateInvalid": (d) => [say`${d.file}: the chat template cannot be used: ${d.reason}.`, "Take the template from the model's repository. Without one the model still completes text."],
  "checkpoint.tokenizerInvalid": (d) => [say`${d.file}: the tokenizer cannot be used: ${d.reason}.`, "Take tokenizer.json and tokenizer_config.json from the model's repository."],

  "spec.architectureUnknown": (d) => [say`The architecture ${d.found} is not known; supported are ${d.supported}.`, "Choose a model of a supported family; ARCHITECTURE.md tells how a family is added."],
  "spec.fieldMissing": (d) => [say`config.json has no ${d.field}, which ${d.family} needs.`, "Fetch config.json again from the model's repository."],
  "spec.fieldInvalid": (d) => [say`config.json: ${d.field} is ${d.found}; for ${d.family} expected is ${d.expected}.`, "Fetch config.json again; if it was edited, undo the change."],
  "spec.featureUnsupported": (d) => [say`config.json asks for ${d.field} = ${d.found}, which is not supported for ${d.family}.`, "Choose a variant of the model without it."],

  "recipe.invalid": (d) => [say`${d.file} is not a recipe: ${d.reason}.`, "Start from a preset."],
  "recipe.classUnmatched": (d) => [say`No rule of the recipe says how to store ${d.weightClass}.`, 'Add a last rule with the pattern "*".'],
  "recipe.unknownPreset": (d) => [say`There is no recipe called ${d.found}; there are ${d.known}.`, "Name one of these, or the path of a recipe file ending in .json."],

  "onnx.invalid": (d) => [say`${d.file} is not a graph that can be read: ${d.reason}.`, "Make the package again from its checkpoint."],
  "onnx.limitExceeded": (d, f) => [say`${d.file}: ${d.limit} is ${f.count(d.found)}; at most ${f.count(d.allowed)} are allowed.`, DAMAGED],
  "package.notFound": (d) => [say`There is no model at ${d.file}.`, LIST_MODELS],
  "package.invalid": (d) => [say`${d.file} is not a model package: ${d.reason}.`, "A checkpoint becomes a package when it is imported and quantized; a damaged package is installed again from its bundle."],
  "package.fileMissing": (d) => [say`${d.file} is missing from the package.`, "Install the package again from its bundle, or make it again from its checkpoint."],
  "package.fileChanged": (d) => [say`${d.file} was changed after the package was made: expected ${d.expected}, found ${d.found}.`, "Do not use the package. Install it again from its bundle and find out who changed it."],
  "package.newerFormat": (d) => [say`${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, "Use the Sallyport that made it, or a newer one."],

  "plan.machineInvalid": (d) => [say`${d.file} does not describe a machine: ${d.reason}.`, "Describe the machine again, or give the capture that capture.sh made."],
  "plan.newerMachine": (d) => [say`${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, "Use the Sallyport that wrote it, or describe the machine again with this one."],
  "plan.unknownPreset": (d) => [say`There is no machine called ${d.found}; there are ${d.known}.`, "Choose one of these, this machine, or a site file."],
  "plan.nothingToPlanOn": (d) => [say`Nothing is known of ${d.machine} that a model could run on: neither its memory nor a usable device.`, "The page of the machine shows what was found; capture it again with the missing outputs."],
  "plan.goalInvalid": (d) => [say`${d.field} is ${d.found}: ${d.expected}.`, "Context, concurrency and nodes are whole numbers from 1."],
  "plan.contextBeyondModel": (d, f) => [say`The model was made for ${f.count(d.maxPositions)} tokens of context; ${f.count(d.contextTokens)} were asked for.`, "Ask for a shorter context."],
  "plan.figuresInvalid": (d) => [say`${d.file} does not hold site figures: ${d.reason}.`, "Give only what differs from resources/site-figures.json, under the same names."],
  "plan.fileInvalid": (d) => [say`${d.file} is not a plan: ${d.reason}.`, "Make the plan again."],
  "plan.newerFormat": (d) => [say`${d.file} has format ${d.found}; this Sallyport reads up to ${d.supported}.`, "Use the Sallyport that made it, or make the plan again."],
  "plan.notCheckable": (d) => [say`The plan ${d.file} cannot be tried here (${d.reason}).`, "Plan a package of the store for this machine."],

  "runtime.contextExceeded": (d, f) => [say`That needs ${f.count(d.neededTokens)} tokens; the model's context holds ${f.count(d.limitTokens)}.`, "Shorten the prompt or ask for fewer tokens."],
  "runtime.cacheExceeded": (d, f) => [
    say`That needs room for ${f.count(d.neededTokens)} tokens × ${f.bytes(d.bytesPerToken)} = ${f.bytes(d.neededBytes)} of cache; ${f.bytes(d.limitBytes)} may be used.`,
    "Shorten the prompt, ask for fewer tokens, or start the workbench with a larger cache limit.",
  ],
  "runtime.tokenOutOfRange": (d, f) => [say`Token ${d.tokenId} does not exist; the vocabulary has ${f.count(d.vocabSize)}.`, "The tokenizer or the token ids belong to another model."],
  "runtime.promptEmpty": () => ["The prompt is empty.", "Give at least one character."],
  "runtime.engineExited": (d) => [say`The engine process ${ended(d)}`, d.signal === "SIGKILL" ? KILLED_NEXT : "Start it again; if it ends again, its last words tell why."],
  "runtime.engineFailed": (d) => [say`The engine refused to work: ${d.reason}.`, "Check the parity of the package; make it again if that fails too."],
  "runtime.notLoaded": () => ["The model is not loaded.", "Start again; it is loaded on first use."],
  "runtime.noTokenizer": (d) => [say`${d.model} has no tokenizer, so text cannot be turned into tokens.`, "Add tokenizer.json to the checkpoint, import it again and quantize it again."],
  "runtime.noChatTemplate": (d) => [say`${d.model} has no chat template, so messages have no agreed form.`, "Give a plain prompt: it is completed as text."],
  "runtime.templateFailed": (d) => [say`The chat template of ${d.model} does not work on these messages: ${d.reason}.`, "Many templates want user and assistant to take turns, starting with user."],
  "runtime.samplingInvalid": (d) => [say`${d.field} is ${d.found}; expected ${d.expected}.`, "Choose a value in the range."],
  "runtime.constraintStuck": () => ["No token of the model's vocabulary can continue the JSON value begun.", "Ask again without JSON mode; the vocabulary of this model cannot write JSON."],

  "parity.noRecord": (d) => [say`${d.model} carries no parity record to compare with.`, "Record parity for it first, or name a file of expected logits."],
  "parity.recordInvalid": (d) => [say`${d.file} is not a parity record: ${d.reason}.`, 'It must hold input_ids, logits and greedy_ids; "sallyport parity record" writes one.'],
  "parity.failed": (d) => [
    say`${d.model} does not answer as recorded: the largest difference of a logit is ${d.maxAbsoluteDelta}, allowed is ${d.toleranceAbsolute}${d.firstDivergingToken === null ? "." : "; the greedy answer differs from token "}${d.firstDivergingToken ?? ""}`,
    "Verify the bundle it came from. If the bytes are right, this machine computes differently: do not rely on the model here.",
  ],
  "evaluate.textTooShort": (d, f) => [say`${d.file} has ${f.count(d.tokens)} tokens; ${f.count(d.neededTokens)} are needed.`, "Take a longer text, or smaller windows."],
  "benchmark.promptsInvalid": (d, f) => [say`${d.file}, ${d.line === null ? "the whole file" : `line ${f.count(d.line)}`}: ${d.field} is ${d.found}; expected ${d.expected}.`, 'One JSON object a line: {"prompt": "…"} or {"messages": […]}.'],
  "benchmark.tooManyRuns": (d, f) => [say`Contestants, rounds and prompts make ${f.count(d.runs)} runs; a report holds ${f.count(d.limit)}.`, "Take fewer prompts, or fewer rounds."],
  "evaluate.vocabularyDiffers": (d) => [say`${d.model} and ${d.against} have different vocabularies, so their probabilities cannot be compared.`, "Compare packages made from the same checkpoint, or measure without a comparison."],

  "bundle.notFound": (d) => [say`There is no bundle at ${d.file}.`, "Check the path; the bundles made here are listed in Bundles."],
  "bundle.layoutInvalid": (d) => [say`${d.file} is not as a bundle has it: ${d.reason}.`, "Copy the whole bundle again. If it came from outside, ask its sender for the digest."],
  "bundle.blobMissing": (d) => [say`${d.file} is missing (${d.digest}).`, "The copy is not complete. Copy the bundle again."],
  "bundle.blobChanged": (d) => [say`${d.file} is not what was packed: expected ${d.expected}, found ${d.found}.`, "Do not install it. Copy the bundle again; if it differs again, it was changed at its source."],
  "bundle.blobSizeMismatch": (d, f) => [say`${d.file} has ${f.count(d.foundBytes)} bytes; ${f.count(d.expectedBytes)} were packed.`, "The copy was cut off or changed. Copy the bundle again."],
  "bundle.pathEscapes": (d) => [say`${d.file} names ${d.found}, a path out of the target folder.`, "Do not install it: an honest bundle never does this."],
  "bundle.entryRefused": (d) => [say`${d.file} holds an entry that is refused: ${d.reason}.`, "Do not install it: an honest bundle holds plain files only."],
  "bundle.unexpectedFile": (d) => [say`${d.file} belongs to no manifest of the bundle.`, "Remove it if you put it there; otherwise copy the bundle again from its source."],
  "bundle.mediaTypeUnknown": (d) => [say`${d.file} has the media type ${d.found}, which is not known.`, "It may come from a newer Sallyport or another tool. Use the tool that made it."],
  "bundle.digestMismatch": (d) => [say`The bundle is ${d.found}; expected was ${d.expected}.`, "It is not the bundle you were told about. Ask its sender, over another channel, for the digest."],
  "bundle.targetExists": (d) => [say`${d.file} exists already.`, "Choose another folder, or remove that one first."],
  "bundle.packageNotFound": (d) => [say`No single package of the bundle is meant by ${d.found}; it holds ${d.known}.`, "Name one of these."],
  "bundle.billDiffers": (d) => [say`The bill of materials is wrong about ${d.component}: ${d.expected} lies there, it says ${d.found}.`, "Do not install it. Ask its sender for the bundle again."],
  "bundle.targetInvalid": (d) => [say`The target ${d.target} cannot be written: ${d.reason}.`, "Choose another engine or machine for it."],
  "bundle.targetDoesNotFit": (d, f) => [say`The target ${d.target} does not fit: the fullest device needs ${f.bytes(d.needBytes)}, it has ${f.bytes(d.haveBytes)}.`, "Plan it with more nodes, less context or a smaller checkpoint."],
  "bundle.imageInvalid": (d) => [say`${d.file} is not a saved container image: ${d.reason}.`, "Save it with “docker save”, or as an OCI archive."],
  "bundle.runtimeInvalid": (d) => [say`${d.file} is not a runtime of the embedded engine: ${d.reason}.`, "Make one on a machine of that platform with “sallyport bundle runtime”."],
  "bundle.sumsInvalid": (d) => [say`${d.file} does not fit the bundle: ${d.reason}.`, "The copy was changed or is not whole. Copy the bundle again; if it differs again, it was changed at its source."],

  "trust.keyRefused": (d) => [say`${d.file} is not a key that can be used: ${d.reason}.`, 'Take an EC key on P-256 or P-384 as PEM; "sallyport key new" makes one.'],
  "trust.passphraseNeeded": (d) => [say`The key ${d.file} is encrypted.`, "Give its passphrase: at the terminal, in a file with --passphrase-file, or in SALLYPORT_PASSPHRASE."],
  "trust.passphraseWrong": (d) => [say`The passphrase does not open the key ${d.file}.`, "Try again; what encrypts the key is not kept anywhere else."],
  "trust.certificateInvalid": (d) => [say`${d.file}: the certificate${d.subject === "" ? "" : ` of ${d.subject}`} cannot be relied on: ${d.reason}.`, "Ask whoever issued it for one that may sign code, with every certificate between it and the authority."],
  "trust.certificateExpired": (d) => [say`${d.file}: the certificate of ${d.subject} is valid from ${d.validFrom} to ${d.validTo}, and not at ${d.at}.`, "Have the bundle signed again with a valid certificate. Check this machine's clock, too."],
  "trust.notSigned": (d) => [say`${d.file} is not signed, and this site takes only what is.`, "Ask its sender for a signed copy; nothing says who made this one."],
  "trust.alreadySigned": (d) => [say`The key ${d.keyId} has signed already: ${d.file}.`, "Nobody signs twice. Another person's key is needed for a second signature."],
  "trust.signatureInvalid": (d) => [say`${d.file} is not a signature of a model: ${d.reason}.`, "Do not install the bundle. Copy it again; if it is the same again, ask its sender."],
  "trust.signatureMismatch": (d) => [say`${d.file} says it is by the key ${d.keyId}, and is not: it was made with another key, or changed since.`, "Do not install the bundle, and tell its sender: somebody has tried to pass for them."],
  "trust.formatOutdated": (d) => [say`${d.file} is in an old format (${d.found}) that leaves things unsaid; ${d.supported} is read.`, "Have the bundle signed again with a current tool."],
  "trust.algorithmRefused": (d) => [say`${d.file} uses ${d.found}; only ${d.supported} is taken.`, "An honest tool does not sign like this. Ask the sender how it was made."],
  "trust.duplicateName": (d) => [say`${d.file} names ${d.name} twice, so that it says two things of one file.`, "Do not install the bundle: an honest signature never does this."],
  "trust.contentDiffers": (d) => [say`${d.kind === "unsigned" ? `${d.name} lies in the bundle, and ${d.file} does not cover it` : d.kind === "missing" ? `${d.file} covers ${d.name}, which is not there` : `${d.name} is not what ${d.file} covers`}.`, "The bundle was changed after it was signed. Copy it again from its source."],
  "trust.otherBundle": (d) => [say`${d.file} is about another bundle: ${d.found}; this one is ${d.expected}.`, "The signature was taken from elsewhere. Copy the bundle again from its source."],
  "trust.earlierSignatureMissing": (d) => [say`${d.file} was put over the signature ${d.missing}, which is gone or is another.`, "Somebody took it away on purpose, or the copy is not whole. Ask the last signer."],
  "trust.signerUnknown": (d) => [say`${d.file} is by somebody this site does not know${d.subject !== null ? `: ${d.subject}` : d.keyId === "" ? "" : `: key ${d.keyId}`}.`, 'If you know the signer, compare the key id with them over another channel and add the key with "sallyport trust add".'],
  "trust.notEntitled": (d) => [say`${d.file}: ${d.signer} may not sign ${d.model} as "${d.purpose}".`, 'Ask somebody who may, or change what they may with "sallyport trust rm" and "trust add".'],
  "trust.keyRevoked": (d) => [say`${d.file} is by the key ${d.keyId}, which ${d.issuer} has revoked: ${d.reason}.`, "Do not install the bundle. Ask for one signed with another key; the time a signature states does not save it."],
  "trust.keyExpired": (d) => [say`${d.file} is by the key ${d.keyId}, which counts until ${d.notAfter} (list of ${d.issuer}).`, "Have the bundle signed again with a key that counts. Check this machine's clock, too."],
  "trust.bundleRevoked": (d) => [say`The bundle ${d.digest} was recalled by ${d.issuer}: ${d.reason}.`, "Do not install it, and take it out of use where it is installed."],
  "trust.tooFewSignatures": (d) => [say`${d.release} of ${d.neededRelease} release signatures and ${d.approve} of ${d.neededApprove} approvals are there.`, "The policy of this site asks for more people. Have the bundle signed by who is missing."],
  "trust.listInvalid": (d) => [say`${d.file} is not a revocation list: ${d.reason}.`, "Copy it again from whoever issues it."],
  "trust.listSignerUnknown": (d) => [say`${d.file} is signed by nobody who may revoke here${d.keyId === "" ? "" : ` (it names the key ${d.keyId})`}.`, "Add the issuer's key with \"sallyport trust add FILE --name NAME --may revoke\", after comparing its id with them."],
  "trust.listOutdated": (d) => [say`${d.file} is list ${d.found} of ${d.issuer}; list ${d.known} is known here already.`, "An old list would bring back what was revoked since. Ask for the latest."],
  "trust.listExpired": (d) => [say`The revocation list of ${d.issuer} was valid until ${d.validUntil}.`, "Bring in its successor: until then nobody knows what was revoked since. Check this machine's clock, too."],
  "trust.policyDowngrade": (d) => [say`The policy of this site is "${d.policy}"; "${d.asked}" asks for less.`, 'One command can be stricter than the site, never laxer. "sallyport trust policy" changes it, and is recorded.'],
  "trust.storeInvalid": (d) => [say`${d.file} cannot be read: ${d.reason}.`, "Nothing is trusted until it can. Restore it from a backup, or find out who changed it."],
  "trust.signerExists": (d) => [say`${d.name} is known already, by this name or this key.`, 'Choose another name, or remove it first with "sallyport trust rm".'],
  "trust.signerNotFound": (d) => [say`Nobody called ${d.name} is trusted here.`, '"sallyport trust ls" shows who is.'],
  "trust.signerInUse": (d) => [say`Without ${d.name} nobody answers for the revocation list of ${d.issuer}.`, "Add the key of its next signer and import a list by them first."],

  "store.newerSchema": (d) => [say`${d.file} was written by a newer Sallyport (schema ${d.found}; this one knows ${d.supported}).`, "Use that newer Sallyport, or another home."],
  "store.locked": (d) => [say`${d.file} is locked by another program.`, "Wait a moment and try again; close other tools that have the file open."],
  "store.notFound": (d) => [say`There is no ${d.kind} called ${d.reference}.`, "It may have been removed in the meantime. The lists show what there is; a directory is brought in by an import."],
  "store.ambiguous": (d) => [say`${d.reference} could be more than one ${d.kind}: ${d.matches}.`, "Give more of the id."],
  "store.inUse": (d) => [say`${d.id} is in use by ${d.by}.`, "Remove those first, or let the job end or cancel it."],
  "job.notResumable": (d) => [say`Job ${d.id} is ${d.state}; only an interrupted, failed or cancelled job can be resumed.`, "Start it again for a new job."],
  "job.notCancellable": (d) => [say`Job ${d.id} is ${d.state}, so there is nothing to cancel.`, "Jobs shows what is running."],
  "job.notRemovable": (d) => [say`Job ${d.id} is ${d.state}; only what has stopped can be removed.`, "Stop it first."],
  "job.alreadyRunning": (d) => [say`Job ${d.id} is running already, as process ${d.pid}.`, "Follow it on the page of the job."],
  "job.crashed": (d) => [say`The process of job ${d.id} ${ended(d)}`, d.signal === "SIGKILL" ? `${KILLED_NEXT} Resume goes on where it stopped.` : "Resume goes on where it stopped; its last words tell why it ended."],
  "job.cancelled": (d) => [say`Job ${d.id} was cancelled.`, "Resume goes on where it stopped."],
  "audit.broken": (d) => [say`The audit chain is broken at entry ${d.entry}: ${d.reason}.`, "Someone changed the records. Keep the database file as evidence and compare it with a backup."],

  "server.queueFull": (d, f) => [say`${f.count(d.waiting)} requests are waiting already; the limit is ${f.count(d.limit)}.`, say`Try again in ${d.retryAfterSeconds} seconds.`],
  "server.draining": (d) => ["The server is shutting down and takes no new requests.", say`Try again in ${d.retryAfterSeconds} seconds.`],
  "server.cannotListen": (d) => [say`The server cannot listen on ${d.address}: ${d.reason}.`, "Choose another address or another port; port 0 takes any that is free."],
  "server.pagesMissing": (d) => [say`${d.directory} holds no pages.`, "Build them with \"npm run build\"."],
  "server.notRunning": (d) => [say`No server of pages runs on ${d.directory}.`, "Start one with \"sallyport serve\"."],
  "server.requestRefused": (d) => [sentence(d.reason), d.param === null ? "Compare the request with the API's description." : say`Change ${d.param} in the request.`],

  "engine.addressInvalid": (d) => [say`${d.found} is not an engine's address; expected ${d.expected}.`, "Give the address under which the server's /v1/models answers."],
  "engine.nameInvalid": (d) => [say`${d.found} cannot be an engine's name.`, "Use letters, digits, dots, dashes and underscores; at most 64, a letter or digit first."],
  "engine.nameTaken": (d) => [say`There is an engine called ${d.name} already.`, "Choose another name, or forget that one first."],
  "engine.modelUnchosen": (d) => [d.models === "" ? say`${d.url} offers no model.` : say`${d.url} offers several models: ${d.models}.`, "Write the one that is meant."],
  "engine.unreachable": (d) => [say`${d.url} cannot be reached: ${d.reason}.`, "Check that the server runs, and that address and port are right."],
  "engine.silent": (d) => [say`${d.url} sent nothing for ${d.seconds} s.`, "Look at the server's own log: it may be loading a model, overloaded or stuck. Then ask again."],
  "engine.refused": (d) => [d.reason === "" ? say`${d.url} refused with status ${d.status}.` : say`${d.url} refused with status ${d.status}: ${d.reason}`, refusalNext(d.status)],
  "engine.redirected": (d) => [say`${d.url} sends elsewhere (status ${d.status}, to ${d.to}). Redirects are not followed: only the address you named is spoken to.`, "Name the address that it leads to, if you trust it."],
  "engine.notOpenAi": (d) => [say`${d.url} does not answer as an OpenAI-compatible server: ${d.found}.`, "Check the address and the path in it; many servers answer under /v1."],
  "engine.tooLarge": (d, f) => [say`${d.url} sent more than ${f.bytes(d.limitBytes)} in one piece.`, "No honest server does. Check what listens at that address."],
  "engine.cutOff": (d) => [say`${d.url} broke off in the middle of its answer: ${d.reason}.`, "Look at the server's own log, then ask again."],
  "engine.failed": (d) => [say`${d.url} reports a fault of its own: ${d.reason}.`, "Look at the server's own log."],
  "engine.noRoomBeside": (d, f) => [say`${d.models} do not fit in memory beside each other: ${f.bytes(d.neededBytes)} needed, ${f.bytes(d.usableBytes)} usable.`, "Ask them one after the other, take smaller packages, or let one of them run on another machine and name it as an engine."],
  "vote.notOpen": () => ["This comparison takes no vote: it was voted on, did not run to its end, or is from before the workbench was started.", "Ask again and vote on the new answers."],
  "vote.none": () => ["There is no vote to take back.", "Ask two contestants in blind mode and vote."],

  "machine.captureNotFound": (d) => [say`There is no capture at ${d.file}.`, 'Name the file that capture.sh wrote, or a folder of pasted outputs; "sallyport hardware capture --script" prints the script.'],
  "machine.captureInvalid": (d) => [say`${d.file}: ${d.field} is ${d.found}; expected ${d.expected}.`, "The capture was cut off or changed on its way. Copy it again, or run capture.sh again."],
  "machine.newerCapture": (d) => [say`${d.file} has capture format ${d.found}; this Sallyport reads up to ${d.supported}.`, 'Use a newer Sallyport, or run the script that this one prints with "sallyport hardware capture --script".'],
  "machine.captureTooLarge": (d, f) => [say`${d.file} has ${f.bytes(d.bytes)}; no honest record of a machine is above ${f.bytes(d.limitBytes)}.`, "Check that it is the file that capture.sh wrote, or a folder with nothing but pasted outputs in it."],
  "machine.captureTooManyFiles": (d, f) => [say`${d.file} holds ${f.count(d.count)} files; at most ${f.count(d.limit)} are looked through.`, "Name a folder with nothing but pasted outputs in it."],
  "machine.captureArchived": (d) => [say`${d.file} is an archive or an office document, not the text of a machine's outputs.`, "Unpack it and name the folder, or save the document as plain text."],
  "machine.captureFailed": (d) => [say`This machine could not be captured: ${d.reason}.`, 'Run the script by hand to see what it says: "sallyport hardware capture --script" prints it.'],

  "files.linkImpossible": (d) => [say`${d.file} cannot be linked into ${d.to}: ${d.reason}.`, "A hard link needs both on one file system that has them, and files of one's own. Copy instead, or use them in place."],
  "files.notFound": (d) => [say`There is nothing at ${d.file}.`, "Check the path; a drive may have been taken out."],
  "files.notADirectory": (d) => [say`${d.file} is not a folder.`, "Name the folder that holds it."],
  "desktop.missing": () => ["The system's own dialog opens only from Sallyport's window.", "Choose the folder in the page, or give its path."],
  "files.noSpace": (d, f) => [
    d.neededBytes === null ? say`There is no space left for ${d.file}.` : say`There is no space left for ${d.file}: ${f.bytes(d.neededBytes)} needed, ${f.bytes(d.freeBytes)} free.`,
    "Free some space (Models shows what is large), or start the workbench with another home.",
  ],
  "files.notPermitted": (d) => [say`The system does not permit to ${d.operation} ${d.file}.`, "Change the permissions, or run as a user who has them."],
  "files.readFailed": (d) => [say`${d.file} could not be read: ${d.reason}.`, "Check that the file is there and the disk is healthy."],
  "files.alreadyExists": (d) => [say`${d.file} exists already.`, "Choose another name, or remove it first."],
  "usage.invalid": (d) => [sentence(d.reason), "Change what was entered and try again."],
  "internal.unexpected": (d) => [say`Something happened that should not: ${d.reason}.`, "This is a fault of Sallyport. Report it with what you did and this message; nothing was sent anywhere."],
};
