export const tabClass =
  "h-8 rounded-md px-3 text-sm font-medium text-soft hover:bg-hover hover:text-text data-[state=active]:bg-hover data-[state=active]:text-text";
