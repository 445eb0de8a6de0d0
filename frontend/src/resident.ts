/** Script of pages for residents: nothing here is needed, everything helps. */
import { startDrafts } from "./drafts";
import { startPage } from "./page";
import { startPhotos } from "./photos";
import { startPresses } from "./press";

startPage();
startPresses();
startDrafts();
startPhotos();
