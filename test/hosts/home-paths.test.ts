import { describe, expect, test } from "vitest";
import { homeDirectory, type Surroundings } from "../../main/hosts/home-paths.ts";

const linux: Surroundings = { env: {}, platform: "linux", userHome: "/home/ada", workingDirectory: "/srv" };

describe("the home directory", () => {
  test("is what --home says, from the working directory", () => expect(homeDirectory("here", { ...linux, env: { SALLYPORT_HOME: "/other" } })).toBe("/srv/here"));
  test("else what SALLYPORT_HOME says", () => expect(homeDirectory(undefined, { ...linux, env: { SALLYPORT_HOME: "/other" } })).toBe("/other"));
  test("else the XDG data directory", () => expect(homeDirectory(undefined, { ...linux, env: { XDG_DATA_HOME: "/data" } })).toBe("/data/sallyport"));
  test("ignores a relative XDG data directory, as its specification says", () => expect(homeDirectory(undefined, { ...linux, env: { XDG_DATA_HOME: "data" } })).toBe("/home/ada/.local/share/sallyport"));
  test("ignores an empty SALLYPORT_HOME", () => expect(homeDirectory(undefined, { ...linux, env: { SALLYPORT_HOME: "" } })).toBe("/home/ada/.local/share/sallyport"));
  test("is Application Support on macOS", () => expect(homeDirectory(undefined, { ...linux, platform: "darwin", userHome: "/Users/ada" })).toBe("/Users/ada/Library/Application Support/sallyport"));
  test("is the local application data on Windows", () => expect(homeDirectory(undefined, { ...linux, platform: "win32", env: { LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local" } })).toBe("C:\\Users\\ada\\AppData\\Local\\sallyport"));
});
