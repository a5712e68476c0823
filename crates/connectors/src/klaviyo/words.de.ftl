# Worte für Menschen über Klaviyo. Klaviyo selbst zeigt seine Menüs auf Englisch: so heißen sie auch hier.

grantee-user = E-Mail-Adresse

asset-account = Klaviyo-Konto
asset-account-many = Klaviyo-Konten
which-account = Der Name des Kontos, wie er in Klaviyo unten links steht

task-report-campaigns = Über E-Mail-Kampagnen berichten
task-send-campaigns = E-Mail-Kampagnen versenden

account-view-can = Ergebnisse ansehen: Auswertungen, Listen und Segmente sowie versendete Kampagnen.
account-view-cannot = Etwas erstellen, ändern oder versenden oder Personen hinzufügen.
account-manage-can = Kampagnen und Flows erstellen und versenden, mit Listen arbeiten und Ergebnisse ansehen.
account-manage-cannot = E-Mail-Adressen exportieren, Personen hinzufügen oder entfernen oder das Konto schließen.
account-full-can = Alles im Konto tun, auch Personen hinzufügen und entfernen.
account-full-cannot = Das Konto schließen: das kann nur, wem es gehört.

remedy-remove-by-hand = Nur Sie können { $grantee } bei Klaviyo aus diesem Konto entfernen.
    .do = Entfernen Sie den Zugriff bei Klaviyo nach den Schritten hier und bestätigen Sie es uns dann.
