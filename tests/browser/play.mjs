// Plays one scene: `node play.mjs SCENE`, with the program and the store in the environment.

import { World } from "./world.mjs";

const { default: scene, app = "deploy" } = await import(`./scenes/${process.argv[2]}.mjs`);
const world = await World.new(app);
try {
  await scene(world);
} finally {
  await world.end();
}
