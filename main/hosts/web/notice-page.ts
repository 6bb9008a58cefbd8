import { NOTICE_STYLE } from "../page-policy.ts";

/** What a browser is told that does not get the workbench itself. */
export type Notice = "entered" | "noSession" | "tokenDead" | "refused" | "draining";

const LANGUAGES = ["en", "zh-Hans", "ar"] as const;
type Language = (typeof LANGUAGES)[number];

interface Words {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const COMMAND = "<code dir=\"ltr\">sallyport serve --new-token</code>";

const TEXTS: Readonly<Record<Language, Readonly<Record<Notice, Words>>>> = {
  en: {
    entered: { title: "Welcome", paragraphs: ['The workbench opens by itself. <a href="/">Open it now</a>.'] },
    noSession: { title: "This browser is not let in", paragraphs: [`The session has ended, the server was started anew, or this browser never had one. Jobs go on.`, `For a new address, run ${COMMAND} on the machine that serves, or start the server again; then open the address it prints.`, 'If you came here by a link from elsewhere, your session may still stand: <a href="/">try again</a>.'] },
    tokenDead: { title: "This address was used before, or is too old", paragraphs: ["Each address lets one browser in, once, within an hour. If it was not you who used it, end the server.", `For a new address, run ${COMMAND} on the machine that serves, or start the server again.`, 'If this browser was let in by it, <a href="/">go on</a>.'] },
    refused: { title: "This request is refused", paragraphs: ["Open the workbench by the address that the server printed."] },
    draining: { title: "The server is ending", paragraphs: ["Jobs go on without it. Start it again to come back."] },
  },
  "zh-Hans": {
    entered: { title: "欢迎", paragraphs: ['工作台会自动打开。<a href="/">立即打开</a>。'] },
    noSession: { title: "此浏览器未获准进入", paragraphs: ["会话已结束、服务器已重新启动，或此浏览器从未登录。作业仍在继续。", `要获得新地址，请在运行服务的机器上执行 ${COMMAND}，或重新启动服务器，然后打开它显示的地址。`, '如果您是从其他网页的链接来到这里，会话可能仍然有效：<a href="/">重试</a>。'] },
    tokenDead: { title: "此地址已被使用或已过期", paragraphs: ["每个地址只能在一小时内让一个浏览器进入一次。如果不是您使用的，请停止服务器。", `要获得新地址，请在运行服务的机器上执行 ${COMMAND}，或重新启动服务器。`, '如果此浏览器已凭它进入，请<a href="/">继续</a>。'] },
    refused: { title: "请求被拒绝", paragraphs: ["请用服务器显示的地址打开工作台。"] },
    draining: { title: "服务器正在停止", paragraphs: ["作业会继续运行。重新启动服务器即可返回。"] },
  },
  ar: {
    entered: { title: "مرحبًا", paragraphs: ['تُفتح منصة العمل تلقائيًا. <a href="/">افتحها الآن</a>.'] },
    noSession: { title: "لم يُسمح لهذا المتصفح بالدخول", paragraphs: ["انتهت الجلسة، أو أُعيد تشغيل الخادم، أو لم تكن لهذا المتصفح جلسة قط. المهام مستمرة.", `للحصول على عنوان جديد شغّل ${COMMAND} على الجهاز الذي يعمل عليه الخادم، أو أعد تشغيل الخادم، ثم افتح العنوان الذي يعرضه.`, 'إذا وصلت إلى هنا عبر رابط من موقع آخر فقد تكون جلستك قائمة: <a href="/">حاول مجددًا</a>.'] },
    tokenDead: { title: "استُخدم هذا العنوان من قبل أو انتهت صلاحيته", paragraphs: ["يسمح كل عنوان بدخول متصفح واحد مرة واحدة خلال ساعة. إذا لم تكن أنت من استخدمه فأوقف الخادم.", `للحصول على عنوان جديد شغّل ${COMMAND} على الجهاز الذي يعمل عليه الخادم، أو أعد تشغيل الخادم.`, 'إذا كان هذا المتصفح قد دخل به، <a href="/">فتابع</a>.'] },
    refused: { title: "رُفض هذا الطلب", paragraphs: ["افتح منصة العمل بالعنوان الذي عرضه الخادم."] },
    draining: { title: "الخادم يتوقف", paragraphs: ["تستمر المهام من دونه. شغّله مجددًا للعودة."] },
  },
};

/**
 * A page that needs no script and no file. Nothing of the request stands in it. "entered" goes on to the workbench by itself: not by a redirect, whose
 * target would get no SameSite cookie where a link elsewhere began it.
 */
export function noticePage(notice: Notice, acceptLanguage: string | undefined): string {
  const language = chooseLanguage(acceptLanguage ?? "");
  const { title, paragraphs } = TEXTS[language][notice];
  const onward = notice === "entered" ? '<meta http-equiv="refresh" content="0;url=/">' : "";
  return `<!doctype html><html lang="${language}" dir="${language === "ar" ? "rtl" : "ltr"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${onward}<title>Sallyport: ${title}</title><style>${NOTICE_STYLE}</style></head><body><main><h1>${title}</h1>${paragraphs.map((text) => `<p>${text}</p>`).join("")}</main></body></html>\n`;
}

/** The first that a browser names and we speak; they stand in the order of preference. */
function chooseLanguage(accepted: string): Language {
  for (const tag of accepted.slice(0, 1000).toLowerCase().split(",")) {
    const [primary] = tag.trim().split(/[-;]/);
    if (primary === "en" || primary === "ar") return primary;
    if (primary === "zh") return "zh-Hans";
  }
  return "en";
}
