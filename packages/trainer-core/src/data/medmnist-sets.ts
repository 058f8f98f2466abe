/** What is known of a set: how people name it, its classes by label, and whether an image may have several. */
export interface MedMnistSet {
  readonly title: string;
  readonly classNames: readonly string[];
  readonly multiLabel?: boolean;
}

const organs = [
  "bladder",
  "femur-left",
  "femur-right",
  "heart",
  "kidney-left",
  "kidney-right",
  "liver",
  "lung-left",
  "lung-right",
  "pancreas",
  "spleen",
];

/**
 * The two-dimensional sets (Yang et al., "MedMNIST v2", Scientific Data 10:41, 2023, table 2; class names as in the
 * authors' `medmnist/info.py`, version 2.1).
 */
export const medMnistSets: ReadonlyMap<string, MedMnistSet> = new Map(
  Object.entries({
    pathmnist: {
      title: "PathMNIST: colon pathology",
      classNames: [
        "adipose",
        "background",
        "debris",
        "lymphocytes",
        "mucus",
        "smooth muscle",
        "normal colon mucosa",
        "cancer-associated stroma",
        "colorectal adenocarcinoma epithelium",
      ],
    },
    chestmnist: {
      title: "ChestMNIST: chest X-rays",
      classNames: [
        "atelectasis",
        "cardiomegaly",
        "effusion",
        "infiltration",
        "mass",
        "nodule",
        "pneumonia",
        "pneumothorax",
        "consolidation",
        "edema",
        "emphysema",
        "fibrosis",
        "pleural",
        "hernia",
      ],
      multiLabel: true,
    },
    dermamnist: {
      title: "DermaMNIST: pigmented skin lesions",
      classNames: [
        "actinic keratoses and intraepithelial carcinoma",
        "basal cell carcinoma",
        "benign keratosis-like lesions",
        "dermatofibroma",
        "melanoma",
        "melanocytic nevi",
        "vascular lesions",
      ],
    },
    octmnist: {
      title: "OCTMNIST: retinal optical coherence tomography",
      classNames: ["choroidal neovascularization", "diabetic macular edema", "drusen", "normal"],
    },
    pneumoniamnist: {
      title: "PneumoniaMNIST: paediatric chest X-rays",
      classNames: ["normal", "pneumonia"],
    },
    retinamnist: {
      title: "RetinaMNIST: fundus images, grades of diabetic retinopathy",
      classNames: ["0", "1", "2", "3", "4"],
    },
    breastmnist: {
      title: "BreastMNIST: breast ultrasound",
      classNames: ["malignant", "normal or benign"],
    },
    bloodmnist: {
      title: "BloodMNIST: blood cells",
      classNames: [
        "basophil",
        "eosinophil",
        "erythroblast",
        "immature granulocytes (myelocytes, metamyelocytes and promyelocytes)",
        "lymphocyte",
        "monocyte",
        "neutrophil",
        "platelet",
      ],
    },
    tissuemnist: {
      title: "TissueMNIST: kidney cortex cells",
      classNames: [
        "collecting duct, connecting tubule",
        "distal convoluted tubule",
        "glomerular endothelial cells",
        "interstitial endothelial cells",
        "leukocytes",
        "podocytes",
        "proximal tubule segments",
        "thick ascending limb",
      ],
    },
    organamnist: { title: "OrganAMNIST: abdominal CT, axial", classNames: organs },
    organcmnist: { title: "OrganCMNIST: abdominal CT, coronal", classNames: organs },
    organsmnist: { title: "OrganSMNIST: abdominal CT, sagittal", classNames: organs },
  } satisfies Record<string, MedMnistSet>),
);

/** What is known of a set by the name of its file; the larger images' names end in `_64`, `_128` or `_224`. */
export function findMedMnistSet(name: string): MedMnistSet | undefined {
  const [, base = name, side] = /^(.+?)(?:_(64|128|224))?$/.exec(name) ?? [];
  const set = medMnistSets.get(base);
  return set && side ? { ...set, title: `${set.title}, ${side}x${side}` } : set;
}
