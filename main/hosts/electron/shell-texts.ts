/** The few words that the window says itself; everything else is the pages'. */
export interface ShellTexts {
  readonly file: string;
  readonly newWindow: string;
  readonly edit: string;
  readonly view: string;
  readonly window: string;
  readonly reload: string;
  readonly quit: string;
  readonly wait: string;
  readonly pageFell: string;
  readonly pageStuck: string;
  readonly workbenchFell: string;
  readonly jobsGoOn: string;
  readonly tryAgain: string;
  readonly choose: string;
}

const TEXTS: Readonly<Record<"en" | "zh-Hans" | "ar", ShellTexts>> = {
  en: {
    file: "&File", newWindow: "New window", edit: "&Edit", view: "&View", window: "&Window", reload: "Reload", quit: "Quit", wait: "Wait", choose: "Choose",
    pageFell: "The page has stopped several times.", pageStuck: "The page does not answer.", workbenchFell: "The workbench's process stops again and again.", jobsGoOn: "Running jobs are processes of their own and go on.", tryAgain: "Try again",
  },
  "zh-Hans": {
    file: "文件", newWindow: "新建窗口", edit: "编辑", view: "视图", window: "窗口", reload: "重新加载", quit: "退出", wait: "等待", choose: "选择",
    pageFell: "页面已多次停止运行。", pageStuck: "页面没有响应。", workbenchFell: "工作台进程反复停止。", jobsGoOn: "正在运行的作业是独立进程，会继续运行。", tryAgain: "重试",
  },
  ar: {
    file: "ملف", newWindow: "نافذة جديدة", edit: "تحرير", view: "عرض", window: "نافذة", reload: "إعادة التحميل", quit: "إنهاء", wait: "انتظار", choose: "اختيار",
    pageFell: "توقفت الصفحة عدة مرات.", pageStuck: "الصفحة لا تستجيب.", workbenchFell: "تتوقف عملية منصة العمل مرارًا.", jobsGoOn: "المهام الجارية عمليات مستقلة وتستمر.", tryAgain: "حاول مجددًا",
  },
};

/** @param languages as the system prefers them, best first: "zh-Hans-CN", "ar", "en-GB" */
export function shellTexts(languages: readonly string[]): ShellTexts {
  for (const language of languages) {
    const primary = language.toLowerCase().split("-")[0];
    if (primary === "en" || primary === "ar") return TEXTS[primary];
    if (primary === "zh") return TEXTS["zh-Hans"];
  }
  return TEXTS.en;
}
