import { type Command, Option } from "commander";
import { defineCommand, defineGroup, type Execute } from "../define-command.ts";
import { choosePassphrase, passphraseOption, type PassphraseOptions } from "../read-passphrase.ts";
import { fieldList } from "../text-table.ts";

interface NewOptions extends PassphraseOptions {
  readonly curve: "p256" | "p384";
  readonly out: string;
}

export function addKeyCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "key", "make keys that sign bundles and revocation lists", [["sallyport key new --out release.pem", "and hand release.pub.pem to those who verify"]]);

  defineCommand<NewOptions>(group, execute, {
    usage: "new",
    summary: "make a key pair",
    description: "Writes an EC private key as PKCS#8 PEM, encrypted with a passphrase, and the public key beside it. Keys made by openssl are as good.",
    options: [new Option("--out <file>", "where the private key goes; the public key gets the ending .pub.pem").makeOptionMandatory(), new Option("--curve <curve>", "P-256 or P-384").choices(["p256", "p384"]).default("p256"), passphraseOption()],
    examples: [["sallyport key new --curve p384 --out release.pem", "asks for a passphrase"]],
    run: async (session, _positional, options) => {
      const { client } = await session.connect();
      const key = await client.trust.newKey({ curve: options.curve, out: session.path(options.out), passphrase: await choosePassphrase(session, options) });
      return { json: { id: key.keyId, key }, text: `${fieldList([["key id", key.keyId], ["private", key.privateKey], ["public", key.publicKey]])}\nGive the public key to those who verify, and tell them the key id over another channel.` };
    },
  });
}
