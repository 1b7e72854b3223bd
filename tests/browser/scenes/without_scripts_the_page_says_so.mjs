export default async function (world) {
  const phone = await world.phone({ scripts: false });
  await phone.open();
  await phone.sees("This page needs JavaScript");
}
