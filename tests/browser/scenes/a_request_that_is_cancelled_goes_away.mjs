export default async function (world) {
  const phone = await world.enrolled();
  const { cancel, ended } = await world.run();
  await phone.sees("Is this you?");
  cancel();
  await phone.sees("No longer waiting");
  await phone.looks("gone");
  await ended;
}
