"""What can be asked for as proof: code and label. Packs and reasons refer to the codes."""

from disputes.text import N_

PROOFS: dict[str, str] = {
    "photo_of_item": N_("Photo of the item"),
    "photo_of_parcel": N_("Photo of the parcel and its packaging"),
    "photo_of_label": N_("Photo of the label on the parcel or the item"),
    "video": N_("Video that shows the problem"),
    "serial_number": N_("Serial number"),
    "receipt": N_("Invoice or receipt"),
    "listing": N_("The offer as it was shown when you bought"),
    "correspondence": N_("Messages with the other side"),
    "tracking": N_("Tracking number"),
    "proof_of_posting": N_("Proof that the parcel was handed to the carrier"),
    "proof_of_delivery": N_("Proof of delivery, with name and place"),
    "account_statement": N_("Account or card statement"),
    "expert_opinion": N_("Opinion of an expert or of the brand"),
    "police_report": N_("Report to the police or to your bank"),
}
