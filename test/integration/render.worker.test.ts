import { describe } from "vitest";
import { renderSuite } from "../../domain/configs/testing/render-suite.ts";

describe("rendering in Workers", renderSuite);
