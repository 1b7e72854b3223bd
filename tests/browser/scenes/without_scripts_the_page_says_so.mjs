export default async function (world) {
  const phone = await world.phone({ scripts: false });
  await phone.open();
  await phone.sees("This page needs JavaScript");
  await phone.pictures("no-scripts");

  // axe is a script itself: it looks at the same words in a page whose own scripts do not come.
  const other = await world.phone();
  await other.page.route("**/page.js", (route) => route.abort());
  await other.open();
  await other.page.locator("noscript").evaluate((it) => {
    const { body } = new DOMParser().parseFromString(it.textContent, "text/html");
    it.replaceWith(...body.childNodes);
  });
  await other.sees("This page needs JavaScript");
  await other.looks("no-scripts-read");
}
