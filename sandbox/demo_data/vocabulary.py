"""Words that the demo data set is made of. Every company and person here is invented."""

from __future__ import annotations

TRADES = (
    "Garage", "Boulangerie", "Menuiserie", "Hôtel", "Pharmacie", "Librairie", "Transports",
    "Imprimerie", "Restaurant", "Clinique", "Cabinet", "Galerie", "Brasserie", "Fromagerie",
    "Domaine", "Résidence",
)  # fmt: skip
FAMILIES = (
    "Lefèvre", "Moreau", "Fournier", "Girard", "Bonnet", "Dupuis", "Fontaine", "Chevalier",
    "Gauthier", "Perrin", "Marchand", "Renaud", "Noël", "Barbier", "Aubert", "Rolland", "Colin",
    "Brunet", "Schmitt", "Carpentier", "Vasseur", "Maréchal", "Benoît", "Hervé", "Poulain",
    "Delaunay", "Guérin", "Besson", "Leclercq", "Tessier", "Prévost", "Lacroix",
)  # fmt: skip
FORMS = ("SARL", "SAS", "EURL", "SASU", "SA")
STREETS = (
    "rue de la République", "avenue Jean Jaurès", "rue Victor Hugo", "boulevard Gambetta",
    "place de l'Église", "rue des Lilas", "quai de la Loire", "chemin des Vignes",
    "rue du Commerce", "allée des Tilleuls",
)  # fmt: skip
CITIES = (
    ("69003", "Lyon"), ("75011", "Paris"), ("13006", "Marseille"), ("31000", "Toulouse"),
    ("44000", "Nantes"), ("67000", "Strasbourg"), ("33000", "Bordeaux"), ("59800", "Lille"),
    ("35000", "Rennes"), ("38000", "Grenoble"), ("21000", "Dijon"), ("42000", "Saint-Étienne"),
    ("74000", "Annecy"), ("63000", "Clermont-Ferrand"), ("45000", "Orléans"), ("51100", "Reims"),
)  # fmt: skip

# name, what is bought there, collects by direct debit
VENDORS = (
    ("Verrerie du Gier SAS", "Globes en verre soufflé", False),
    ("Métallerie Forézienne SARL", "Platines et tiges laiton", False),
    ("Câbles et Gaines Dauphiné SAS", "Câble textile 2 x 0,75", False),
    ("Ampoules du Nord SA", "Ampoules LED E27", False),
    ("Cartonnages Rhodaniens SARL", "Emballages renforcés", False),
    ("Transports Vivarais SAS", "Expéditions palettes", False),
    ("Abat-jour Cévenols SARL", "Abat-jour coton", False),
    ("Énergie des Alpes SA", "Électricité de l'atelier", True),
    ("Horizon Télécom SA", "Téléphonie et internet", True),
    ("Assurances du Confluent SA", "Multirisque professionnelle", True),
    ("Logiciels Belledonne SAS", "Abonnement logiciel", True),
    ("Flotte Auto Location SA", "Location de véhicules", True),
    ("Cabinet Comptable Saône SELARL", "Tenue comptable", False),
    ("Studio Photo Bellecour EURL", "Photographies du catalogue", False),
    ("Nettoyage Croix-Rousse SARL", "Entretien des locaux", False),
    ("Quincaillerie des Brotteaux SARL", "Visserie et outillage", False),
    ("Peintures Laques et Vernis SAS", "Laque époxy", False),
    ("Douilles et Composants SAS", "Douilles E14 et E27", False),
    ("Papeterie Presqu'île SARL", "Fournitures de bureau", False),
    ("Formation Électricité Lyon SAS", "Habilitation électrique", False),
    ("Bois Tournés du Jura SARL", "Pieds en hêtre tournés", False),
    ("Maintenance Compresseurs SARL", "Contrat d'entretien", False),
)

# description, price in tenths of a euro, tax rate: 10 % is for work in old housing (CGI art. 279-0 bis)
ARTICLES = (
    ("Suspension Opale", 1890, 20),
    ("Applique Lutèce", 1245, 20),
    ("Lampadaire Traboule", 3290, 20),
    ("Lampe de bureau Ampère", 985, 20),
    ("Lustre Guignol six branches", 6490, 20),
    ("Réglette d'atelier LED", 742, 20),
    ("Étude d'éclairage", 4500, 20),
    ("Pose et raccordement", 620, 10),
    ("Rénovation de luminaire ancien", 1480, 10),
)
# billed every month at one price: what is paid without a number fits several invoices
RENTAL = ("Location de luminaires", 2400, 20)
SHOPS = (
    "STATION TOTAL LYON", "SNCF VOYAGEURS", "LEROY MERLIN VENISSIEUX", "BOULANGERIE DU PARC",
    "AREA PEAGE", "PAPETERIE GAMBETTA", "LA POSTE LYON 3", "HOTEL DES ARTS DIJON",
)  # fmt: skip
