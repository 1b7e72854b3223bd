export default async function (world) {
  const phone = await world.enrolled();
  await world.ask();
  await phone.sees("Is this you?");
  // Nobody waits for two minutes here: the service wakes up when they are over but for some seconds.
  await world.stop();
  await phone.reads("There is no connection to the service.");
  await world.start(112);
  await phone.reads(/^0:0[1-8] left$/);
  await phone.sees("Expired");
  await phone.press("Done");
  await phone.sees("Nothing to approve");
}
