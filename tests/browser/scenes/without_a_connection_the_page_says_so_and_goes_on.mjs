export default async function (world) {
  const phone = await world.enrolled();
  await phone.context.setOffline(true);
  await phone.reads("There is no connection to the service.");
  await world.ask();
  await phone.context.setOffline(false);
  await phone.sees("Is this you?");
  await phone.page.locator("#offline").waitFor({ state: "hidden" });
}
