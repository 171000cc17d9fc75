; The installer for Windows, for Inno Setup 6: tools/package/build_download.py calls its compiler.
; For the user alone, so that no administrator is needed. An update takes the place of the program's
; folder; library, keys and settings lie in the user's own folders and are never touched.
#ifndef Version
  #error tools/package/build_download.py says Folder, Version, Out and Name
#endif

[Setup]
AppId={{7C5B2C0A-5D6E-4E0B-9C55-1C2E7B0F4A31}
AppName=LeanCue
AppVersion={#Version}
AppPublisher=The LeanCue authors
DefaultDirName={localappdata}\Programs\LeanCue
DefaultGroupName=LeanCue
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile={#Folder}\_internal\LICENCES.txt
OutputDir={#Out}
OutputBaseFilename={#Name}
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesEnvironment=yes
CloseApplications=yes
UninstallDisplayIcon={app}\LeanCue-Clinic.exe

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[InstallDelete]
; Parts of an older version that the newer one has not.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\LeanCue"; Filename: "{app}\LeanCue-Clinic.exe"
Name: "{userdesktop}\LeanCue"; Filename: "{app}\LeanCue-Clinic.exe"

[Registry]
; `leancue` in a terminal: once in the user's PATH.
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; \
  ValueData: "{olddata};{app}"; Check: IsMissingFromPath(ExpandConstant('{app}'))

[Run]
Filename: "{app}\LeanCue-Clinic.exe"; Description: "LeanCue"; Flags: nowait postinstall skipifsilent

[Code]
function IsMissingFromPath(Folder: string): Boolean;
var
  Paths: string;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Paths) then
    Paths := '';
  Result := Pos(';' + Lowercase(Folder) + ';', ';' + Lowercase(Paths) + ';') = 0;
end;
