/** Script of pages for residents: nothing here is needed, everything helps. */
import { startDrafts } from "./drafts";
import { startLikely } from "./likely";
import { startPage } from "./page";
import { startPhotos } from "./photos";
import { startPresses } from "./press";
import { startProposals } from "./proposals";
import { startSignatures } from "./signature";

startPage();
startPresses();
startDrafts();
startPhotos();
startProposals();
startLikely();
startSignatures();
